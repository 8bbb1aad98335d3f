/** This is every key of an app, and what a config file says of an app once it has been read. */
import { camel, type ValueKind } from "../kind.ts";
import type { AppKey } from "./key.ts";
import { lifeKeys } from "./life.ts";
import { programKeys } from "./program.ts";
import { surroundingsKeys } from "./surroundings.ts";

export const APP_KEYS = { ...programKeys, ...lifeKeys, ...surroundingsKeys } as const;

export type AppKeyName = keyof typeof APP_KEYS;

/** The keys that the file sets; a key that is missing, or null, is not set. */
export type Declared = {
  readonly [Key in AppKeyName]?: (typeof APP_KEYS)[Key]["kind"] extends ValueKind<infer Value>
    ? Value
    : never;
};

export const appKeys: readonly (readonly [AppKeyName, AppKey<unknown>])[] =
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what entries cannot say of their keys
  Object.entries(APP_KEYS) as unknown as readonly (readonly [AppKeyName, AppKey<unknown>])[];

/** Returns every spelling of a key, the first one first. */
export const spellings = (name: string, { also }: Pick<AppKey<unknown>, "also">): readonly string[] => [
  ...new Set([name, ...also].flatMap((each) => [each, camel(each)])),
];

const byName: ReadonlyMap<string, AppKeyName> = new Map(
  appKeys.flatMap(([name, key]) => spellings(name, key).map((spelling) => [spelling, name] as const)),
);

export const keyNamed = (spelling: string): AppKeyName | null => byName.get(spelling) ?? null;

/** The names among which the one that was meant is looked for. */
export const nearbyKeys: readonly string[] = appKeys.flatMap(([name, { also }]) => [name, ...also]);

export const knownKeys: readonly string[] = appKeys.map(([name]) => name);
