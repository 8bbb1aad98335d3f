/** What a trial is asked for, as the benchmark-runner reads it. */
import { UsageError } from "../../text/errors.ts";
import { isObject } from "../../text/json.ts";

export interface TrialConfig {
  readonly name: string;
  readonly category: string | null;
  /** Milliseconds that the median should not be over; null = there is no such wish. */
  readonly target: number | null;
  /** Samples; null = as many as `measureMs` gives. */
  readonly iterations: number | null;
  /** null = the default of what is measured. */
  readonly measureMs: number | null;
  /** Calls, or runs, before the first sample; null = the default of what is measured. */
  readonly warmup: number | null;
  /** A module, by its path; null = `command` is measured. */
  readonly file: string | null;
  /** One function of the module; null = every function that it exports. */
  readonly export: string | null;
  /** A line for a shell, or a program with its arguments. */
  readonly command: string | readonly string[] | null;
  /** Of the function, or added to the command. */
  readonly args: readonly unknown[];
  readonly env: Readonly<Record<string, string>>;
  /** Lines for a shell: before each run of the command, and once after the last. */
  readonly prepare: string | null;
  readonly cleanup: string | null;
  /** Runs of the command that fail count, too. */
  readonly ignoreFailure: boolean;
  /** Of the whole trial; null = none. */
  readonly timeoutMs: number | null;
  readonly memoryBytes: number | null;
}

type Check = readonly [is: (value: unknown) => boolean, allowed: string];

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isWords = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every(isText);
const isWhole = (least: number, most: number) => (value: unknown) =>
  typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
const isOver0 = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value) && value > 0;

const MOST = 1_000_000;
const TEXT: Check = [isText, "a text that is not empty"];
const OVER_0: Check = [isOver0, "a number above 0"];

const CHECKS: Readonly<Record<keyof TrialConfig, Check>> = {
  name: TEXT,
  category: TEXT,
  target: [isOver0, "a number of milliseconds above 0"],
  iterations: [isWhole(1, MOST), `a whole number from 1 to ${MOST}`],
  measureMs: OVER_0,
  warmup: [isWhole(0, MOST), `a whole number from 0 to ${MOST}`],
  file: [isText, "the path of a module"],
  export: [isText, "the name of a function that the module exports"],
  command: [(value) => isText(value) || isWords(value), "a command line, or a list of words"],
  args: [Array.isArray, "a list"],
  env: [
    (value) => isObject(value) && Object.values(value).every((each) => typeof each === "string"),
    "an object of texts",
  ],
  prepare: TEXT,
  cleanup: TEXT,
  ignoreFailure: [(value) => typeof value === "boolean", "true or false"],
  timeoutMs: OVER_0,
  memoryBytes: OVER_0,
};

export const TRIAL_DEFAULTS: Omit<TrialConfig, "name"> = {
  category: null,
  target: null,
  iterations: null,
  measureMs: null,
  warmup: null,
  file: null,
  export: null,
  command: null,
  args: [],
  env: {},
  prepare: null,
  cleanup: null,
  ignoreFailure: false,
  timeoutMs: 300_000,
  memoryBytes: null,
};

/** Null stands for a key that is not there, but for `timeoutMs`, where it is "none". @throws UsageError that names the key */
export function parseTrialConfig(text: string): TrialConfig {
  const given = objectIn(text);
  for (const [key, value] of Object.entries(given)) {
    const check = isKey(key) ? CHECKS[key] : null;
    if (check === null) throw new UsageError(`${key}: it is not known. Known: ${KEYS.join(", ")}`);
    if (value !== null && !check[0](value))
      throw new UsageError(`${key}: ${shown(value)} is not allowed. Write ${check[1]}`);
  }
  const known: Partial<TrialConfig> = Object.fromEntries(
    Object.entries(given).filter(([key, value]) => value !== null || key === "timeoutMs"),
  );
  const { name } = known;
  if (name === undefined) throw new UsageError("name: it is missing. Write what the benchmark is called");
  const config = { ...TRIAL_DEFAULTS, ...known, name };
  requireOneSubject(config);
  return config;
}

const KEYS = Object.keys(CHECKS);
const isKey = (key: string): key is keyof TrialConfig => Object.hasOwn(CHECKS, key);
const LONGEST = 60;
const shown = (value: unknown): string => JSON.stringify(value).slice(0, LONGEST);

function requireOneSubject({ file, command, ...config }: TrialConfig): void {
  if (file === null && command === null)
    throw new UsageError("file: it is missing. Write the path of a module, or a command");
  if (file !== null && command !== null)
    throw new UsageError("command: a file is given, too. Write one of them");
  const only = file === null ? (["export"] as const) : (["prepare", "cleanup"] as const);
  const wrong = only.find((key) => config[key] !== null);
  if (wrong !== undefined)
    throw new UsageError(`${wrong}: it has no meaning for a ${file === null ? "command" : "module"}`);
  const noWord = file === null ? config.args.find((each) => typeof each !== "string") : undefined;
  if (noWord !== undefined) throw new UsageError(`args: ${shown(noWord)} is no word of a command`);
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError("config: it is no JSON. Write one JSON object");
  }
  if (!isObject(value)) throw new UsageError("config: it is no JSON object");
  return value;
}
