/** The configuration as the page shows it: the document of `GET /api/config`. Pure. */
import type { ShownValue } from "../../../config/shown.ts";

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

export function originWords({ kind, where }: ShownValue["origin"]): string {
  switch (kind) {
    case "default":
      return "default";
    case "built-in":
      return "built in, by defaultRules";
    case "no-file":
      return "no configuration file: nothing is stopped";
    case "user-file":
    case "project-file":
    case "environment":
    case "flag":
      return where;
  }
}

export function matches(shown: ShownValue, filter: string): boolean {
  const text = `${shown.key} ${valueWords(shown.value)} ${originWords(shown.origin)}`.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/u)
    .every((word) => text.includes(word));
}
