/** What is to be measured: what somebody has asked for, as a list in which every benchmark has a name of its own. */
import { UsageError } from "../../text/errors.ts";
import { combinations, type Parameter, type Values, withValues } from "./parameters.ts";
import { LEAST_RUNS } from "./schedule.ts";
import { TRIAL_DEFAULTS, type TrialConfig } from "./trial-config.ts";

export interface Benchmark {
  readonly name: string;
  readonly group: string;
  /** Of every trial; how many runs of a command one makes is decided on the way. */
  readonly config: TrialConfig;
  /** How many processes measure it. */
  readonly trials: number;
  /** Of a command, in all trials; null = as many as a time gives. */
  readonly runs: number | null;
  readonly parameters: Values;
  /** A line for a shell, once after the last trial. */
  readonly cleanup: string | null;
}

/** What holds for all of them. */
type CommonWish = Partial<
  Pick<TrialConfig, "category" | "target" | "warmup" | "timeoutMs" | "memoryBytes">
> & {
  /** null = the default of what is measured. */
  readonly trials: number | null;
};

export interface FunctionsWish extends CommonWish {
  readonly iterations: number | null;
}

/** As long as each of several trials measures: how the processes differ weighs more than a longer look at each of them. */
export const FUNCTION_MS = 300;
/** What is compared are their medians: an earlier result is compared by them, too. */
export const TRIALS = 10;

/** `file`: as somebody has written it. */
export function functionBenchmarks(
  file: string,
  functions: readonly string[],
  { trials, ...common }: FunctionsWish,
): readonly Benchmark[] {
  return functions.map((name) => ({
    name: name === "default" ? file : `${file} > ${name}`,
    group: file,
    config: {
      ...TRIAL_DEFAULTS,
      ...common,
      measureMs: FUNCTION_MS,
      name: `${file} > ${name}`,
      file,
      export: name,
    },
    trials: trials ?? TRIALS,
    runs: null,
    parameters: {},
    cleanup: null,
  }));
}

export interface CommandsWish extends CommonWish {
  readonly commands: readonly string[];
  /** One for each command, or none. */
  readonly names: readonly string[];
  /** One for each command, or one for all, or none. */
  readonly prepare: readonly string[];
  readonly cleanup: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly runs: number | null;
  readonly ignoreFailure: boolean;
  /** The words that run a line; null = a shell where the line needs one. */
  readonly wordsOf: ((line: string) => readonly string[]) | null;
}

/** Each command with each combination of the parameters that are in it. @throws UsageError */
export function commandBenchmarks(wish: CommandsWish): readonly Benchmark[] {
  const { commands, names, prepare, cleanup, parameters } = wish;
  requireAll("--name", names, commands, false);
  requireAll("--prepare", prepare, commands, true);
  requireAll("--cleanup", cleanup, commands, true);
  for (const [option, texts] of [
    ["--command", commands],
    ["--name", names],
  ] as const)
    if (texts.some((text) => text.trim() === ""))
      throw new UsageError(
        `${option} is empty. Write what ${option === "--name" ? "it is called" : "is measured"}.`,
      );
  const all = commands.flatMap((line, i) => {
    const texts = [line, names[i], ofCommand(prepare, i), ofCommand(cleanup, i)];
    const own = parameters.filter(({ name }) => texts.some((text) => text?.includes(`{${name}}`)));
    return combinations(own).map((values) => commandBenchmark(wish, i, line, values));
  });
  requireUsed(parameters, all);
  return namedApart(all);
}

function commandBenchmark(wish: CommandsWish, i: number, line: string, values: Values): Benchmark {
  const { commands: _, names, prepare, cleanup, parameters: _all, runs, wordsOf, trials, ...common } = wish;
  const own = (texts: readonly string[]): string | null => {
    const text = ofCommand(texts, i);
    return text === null || text === "" ? null : withValues(text, values);
  };
  const [command, name] = [withValues(line, values), withValues(names[i] ?? line, values)];
  return {
    name,
    group: "commands",
    config: {
      ...TRIAL_DEFAULTS,
      ...common,
      name,
      command: wordsOf === null ? command : wordsOf(command),
      prepare: own(prepare),
    },
    trials: Math.min(trials ?? TRIALS, runs ?? LEAST_RUNS),
    runs,
    parameters: values,
    cleanup: own(cleanup),
  };
}

function requireUsed(parameters: readonly Parameter[], all: readonly Benchmark[]): void {
  const named = parameters.map(({ name }) => name);
  const twice = named.find((name, i) => named.indexOf(name) !== i);
  if (twice !== undefined) throw new UsageError(`The parameter "${twice}" is given twice.`);
  const unused = named.find((name) => !all.some((each) => name in each.parameters));
  if (unused !== undefined)
    throw new UsageError(`No command has {${unused}} in it, and nothing that is run for one.`);
}

/** One for all, or one for each. */
const ofCommand = (texts: readonly string[], command: number): string | null =>
  (texts.length === 1 ? texts[0] : texts[command]) ?? null;

function requireAll(
  option: string,
  texts: readonly string[],
  commands: readonly string[],
  oneForAll: boolean,
): void {
  if (texts.length === 0 || texts.length === commands.length || (oneForAll && texts.length === 1)) return;
  const allowed = oneForAll ? "one for all commands, or one for each" : "one for each command";
  throw new UsageError(
    `${option} is given ${texts.length} times, and there are ${commands.length} commands. Write ${allowed}.`,
  );
}

/** A command that is given twice is measured twice: "a", "a (2)". A name that leaves parameters out gets them. */
function namedApart(benchmarks: readonly Benchmark[]): readonly Benchmark[] {
  const isTwice = (name: string): boolean => benchmarks.filter((each) => each.name === name).length > 1;
  const seen = new Map<string, number>();
  return benchmarks.map((each) => {
    const values = Object.entries(each.parameters).map(([key, value]) => `${key}=${value}`);
    const name = isTwice(each.name) && values.length > 0 ? `${each.name} (${values.join(", ")})` : each.name;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? { ...each, name } : { ...each, name: `${name} (${times})` };
  });
}
