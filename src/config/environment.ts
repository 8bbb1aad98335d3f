/** Variables that override single keys: `BUN_WATCHDOG_` and the key in capitals. */
import { DEPTH_VARIABLE, JOB_VARIABLE } from "../core/slot.ts";
import { DEFAULTS } from "./defaults.ts";
import { nearest } from "./nearest.ts";
import { printable } from "./printable.ts";

const PREFIX = "BUN_WATCHDOG_";

/** `maxMemoryUsageMB` → `MAX_MEMORY_USAGE_MB`, `logging.maxDays` → `LOGGING_MAX_DAYS`. */
const capitals = (path: readonly string[]): string =>
  path.map((key) => key.replace(/([a-z])([A-Z])/gu, "$1_$2").toUpperCase()).join("_");

export interface Variable {
  readonly name: string;
  readonly path: readonly string[];
  /** Its default: says what the text is read as. */
  readonly standard: unknown;
}

/** Every variable there is: one for each key whose value is a single word or number. */
export const VARIABLES: readonly Variable[] = Object.entries(DEFAULTS).flatMap(([key, value]) => {
  if (Array.isArray(value)) return [];
  const inner = typeof value === "object" && value !== null ? Object.entries(value) : null;
  const leaves = inner?.map(([name, standard]) => ({ path: [key, name], standard })) ?? [
    { path: [key], standard: value },
  ];
  return leaves
    .filter(({ standard }) => !Array.isArray(standard))
    .map(({ path, standard }) => ({ name: PREFIX + capitals(path), path, standard }));
});

export interface EnvironmentValue extends Variable {
  /** Of the type the text reads as; the schema judges it. */
  readonly value: unknown;
}

/** Set and not empty: `VAR= command` is the shell's way to unset one. */
export const environmentValues = (env: Readonly<Record<string, string | undefined>>): EnvironmentValue[] =>
  VARIABLES.flatMap((variable) => {
    const text = env[variable.name];
    return text === undefined || text.trim() === ""
      ? []
      : [{ ...variable, value: valueOf(variable, text.trim()) }];
  });

const YES_NO: Readonly<Record<string, boolean>> = { true: true, "1": true, false: false, "0": false };

function valueOf({ standard }: Variable, text: string): unknown {
  if (typeof standard === "boolean") return Object.hasOwn(YES_NO, text) ? YES_NO[text] : text;
  // a choice that has yes and no among its words
  if (typeof standard === "string" && (text === "true" || text === "false")) return text === "true";
  if (text === "off" || text === "null") return null;
  // null: a number or a text that is not set
  if (typeof standard !== "number" && standard !== null) return text;
  return /^-?\d+(?:\.\d+)?$/u.test(text) ? Number(text) : text;
}

/** What a launched job carries: no setting. */
const MARKS: ReadonlySet<string> = new Set([JOB_VARIABLE, DEPTH_VARIABLE]);

/** Variables that look like ours and are not: only near misses, others may use the prefix. */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const names = VARIABLES.map(({ name }) => name.slice(PREFIX.length));
  return Object.keys(env).flatMap((name) => {
    const rest = name.slice(PREFIX.length);
    if (!name.startsWith(PREFIX) || names.includes(rest) || MARKS.has(name) || env[name] === "") return [];
    const guess = nearest(rest, names);
    return guess === null
      ? []
      : [`${printable(name)} is not a variable that is known; did you mean ${PREFIX}${guess}?`];
  });
}
