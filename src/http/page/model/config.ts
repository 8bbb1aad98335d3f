/** The configuration as the page shows it. Pure. */
import type { Origin } from "../../../config/load.ts";

export interface ConfigValue {
  /** `alerts.webhook`. */
  readonly key: string;
  readonly value: unknown;
  readonly from: Origin;
}

export interface ConfigDocument {
  readonly project: string;
  readonly files: readonly string[];
  readonly values: readonly ConfigValue[];
}

export const valueWords = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);

export function originWords(from: Origin): string {
  switch (from.kind) {
    case "default":
      return "default";
    case "no-file":
      return "no configuration file: nothing is stopped";
    case "user-file":
    case "project-file":
    case "environment":
    case "flag":
      return from.where;
  }
}

export function matches({ key, value, from }: ConfigValue, filter: string): boolean {
  const text = `${key} ${valueWords(value)} ${originWords(from)}`.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/u)
    .every((word) => text.includes(word));
}
