/** The configuration as the page shows it: the document of `GET /api/config`. Pure. */
import { originWords } from "../../../config/origin-words.ts";
import type { ShownValue } from "../../../config/shown.ts";
import { hasWords } from "./words.ts";

export interface ConfigDocument {
  readonly project: string;
  readonly files: readonly string[];
  /** What is wrong with a file now; what held before is shown. */
  readonly problem: string | null;
  readonly warnings: readonly string[];
  /** Whose limits hold where, in sentences. */
  readonly rule: readonly string[];
  readonly values: readonly ShownValue[];
}

export const valueWords = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);

export const isSet = ({ origin: { kind } }: ShownValue): boolean =>
  kind !== "default" && kind !== "built-in" && kind !== "no-file";

/** What somebody may have written first; the rules that come with the watchdog stand at the end. */
export const ownFirst = (values: readonly ShownValue[]): readonly ShownValue[] =>
  values.toSorted((a, b) => Number(a.origin.kind === "built-in") - Number(b.origin.kind === "built-in"));

export const matches = ({ key, value, origin }: ShownValue, filter: string): boolean =>
  hasWords(`${key} ${valueWords(value)} ${originWords(origin)}`, filter);
