/** Variables that override single keys: `BUN_WATCHDOG_` and the key in capitals. */
import { DEPTH_VARIABLE, JOB_VARIABLE } from "../core/process/slot.ts";
import { isRecord } from "../text/json.ts";
import { DEFAULTS } from "./schema/defaults.ts";
import { nearest } from "../text/nearest.ts";
import { shownValue } from "./schema/printable.ts";

const PREFIX = "BUN_WATCHDOG_";

/** `maxMemoryUsageMB` → `MAX_MEMORY_USAGE_MB`, `logging.maxDays` → `LOGGING_MAX_DAYS`. */
const capitals = (path: readonly string[]): string =>
  path.map((key) => key.replace(/([a-z])([A-Z])/gu, "$1_$2").toUpperCase()).join("_");

interface Variable {
  readonly name: string;
  readonly path: readonly string[];
  /** Its default: says what the text is read as. */
  readonly standard: unknown;
}

const KEYS: readonly Variable[] = Object.entries(DEFAULTS)
  .flatMap(([key, value]) =>
    isRecord(value) && !Array.isArray(value)
      ? Object.entries(value).map(([name, standard]) => ({ path: [key, name], standard }))
      : [{ path: [key], standard: value as unknown }],
  )
  .map(({ path, standard }) => ({ name: PREFIX + capitals(path), path, standard }));

/** Every variable there is: one for each key whose value is a single word or number. */
export const VARIABLES = KEYS.filter(({ standard }) => !Array.isArray(standard));

/**
 * Set and not empty: `VAR= command` is the shell's way to unset one. A value has the type that the text reads as; the schema
 * judges it.
 */
export const environmentValues = (env: Readonly<Record<string, string | undefined>>) =>
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
  if (typeof standard !== "number" && standard !== null) return text;
  return /^-?\d+(?:\.\d+)?$/u.test(text) ? Number(text) : text;
}

/** What programs of this package tell each other, and what is no setting of the file: by name, or by how it begins. */
const NO_SETTINGS: ReadonlySet<string> = new Set([
  JOB_VARIABLE,
  DEPTH_VARIABLE,
  ...["BACKEND", "COMMAND", "RESTARTED", "IN_USER_SCOPE"].map((rest) => PREFIX + rest),
]);
const NO_SETTING = /^BUN_WATCHDOG_(?:KEPT|TEST|ALERT)_/u;

/** Variables that look like ours and are not: who has set one believes that it holds. */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(env).flatMap((name) => {
    const isOther = !name.startsWith(PREFIX) || NO_SETTINGS.has(name) || NO_SETTING.test(name);
    if (isOther || env[name] === "" || VARIABLES.some((variable) => variable.name === name)) return [];
    return [whyUnused(name)];
  });
}

function whyUnused(name: string): string {
  // no variable stands for a key that holds a list
  const list = KEYS.find((each) => each.name === name);
  if (list !== undefined) return `${name} is not used: ${list.path.join(".")} is set in a file`;
  const names = VARIABLES.map((variable) => variable.name.slice(PREFIX.length));
  const guess = nearest(name.slice(PREFIX.length), names);
  return guess === null
    ? `${shownValue(name)} is not a variable that is known, and is not used`
    : `${shownValue(name)} is not a variable that is known; did you mean ${PREFIX}${guess}?`;
}
