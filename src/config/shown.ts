/** The configuration in force, value by value, each with where it comes from; secrets are masked. */
import { defaultRules } from "../core/judge/default-rules.ts";
import { isRecord } from "../text/json.ts";
import type { Loaded, Origin } from "./load.ts";
import { DEFAULTS } from "./schema/defaults.ts";
import { ruleSetting } from "./schema/policy.ts";
import { shownSettings } from "./schema/secrets.ts";

export interface ShownValue {
  /** `gate.maxDepth`, `rules[0]`. */
  readonly key: string;
  readonly value: unknown;
  /** `built-in`: one of the rules that `defaultRules` stands for. */
  readonly origin: Omit<Origin, "kind"> & { readonly kind: Origin["kind"] | "built-in" };
}

const DEFAULT: Origin = { kind: "default", where: "" };

export function shownConfig({ settings, sources }: Loaded): readonly ShownValue[] {
  const shown: Readonly<Record<string, unknown>> = { ...shownSettings(settings) };
  const one = (key: string, value: unknown): ShownValue => ({
    key,
    value,
    origin: sources.get(key) ?? DEFAULT,
  });
  return Object.keys(DEFAULTS).flatMap((key): readonly ShownValue[] => {
    const value = shown[key];
    if (Array.isArray(value)) {
      const builtIn = key === "rules" && settings.defaultRules ? BUILT_IN : [];
      const own = value.map((each: unknown, at) => one(`${key}[${at}]`, each));
      const all = own.concat(builtIn);
      return all.length === 0 ? [one(key, [])] : all;
    }
    if (!isRecord(value)) return [one(key, value)];
    return Object.entries(value).map(([name, inner]) => one(`${key}.${name}`, inner));
  });
}

const BUILT_IN: readonly ShownValue[] = defaultRules.map((rule, at) => ({
  key: `rules[built-in ${at}]`,
  value: ruleSetting(rule),
  origin: { kind: "built-in", where: "defaultRules" },
}));
