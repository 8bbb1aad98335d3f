/** `bench`: functions and commands, measured in processes of their own. */
import { parseBytes } from "../../../gate/wrapper/arguments.ts";
import type { BenchWish } from "../../../runner/bench/session.ts";
import { parseDuration } from "../../../text/duration.ts";
import { UsageError, workingDirectory } from "../../../text/errors.ts";
import { splitWords } from "../../../text/split-command.ts";
import { usersEnvironment } from "../../../trust/own-bun.ts";
import { readBenchReport } from "../../../core/bench/parse-report.ts";
import { listParameter, type Parameter, scanParameter } from "../../../core/bench/parameters.ts";
import { JSON_OPTION, type Declaration } from "../../declaring.ts";
import { atLeastOne, countOption, eachOption, limitOption } from "../../values.ts";
import { readNamed } from "./documents.ts";
import { measureAndTell, type BenchTelling } from "./tell-bench.ts";

interface BenchFlags {
  readonly command?: readonly string[];
  readonly name?: readonly string[];
  readonly prepare?: readonly string[];
  readonly cleanup?: readonly string[];
  readonly warmup?: number;
  readonly runs?: number;
  readonly parameterList?: readonly string[];
  readonly parameterScan?: readonly string[];
  readonly parameterStepSize: string;
  readonly ignoreFailure?: boolean;
  readonly shell?: string;
  readonly iterations?: number;
  readonly trials?: number;
  readonly target?: number;
  readonly category?: string;
  readonly timeout: number | null;
  readonly memory?: number;
  readonly inProcess?: boolean;
  readonly subprocess?: boolean;
  readonly compare?: string;
  readonly failOnSlower?: boolean;
  readonly exportJson?: string;
  readonly exportMarkdown?: string;
  readonly exportCsv?: string;
  readonly json?: boolean;
}

const TIMEOUT_MS = 300_000;

/** Shorter ones than a duration has; a number alone is milliseconds, as in the configuration of a benchmark. */
const SHORT_UNITS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, "": 1 };

const targetOption = (text: string): number => {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)(ns|us|µs|μs)?$/u.exec(text) ?? [];
  const isLong = /^\d+(?:\.\d+)?(?:ms|s|m|h)$/u.test(text);
  const ms = isLong ? parseDuration(text) : Number(number) * (SHORT_UNITS[unit] ?? NaN);
  if (!(ms > 0)) throw new UsageError("Write a time above 0: 0.8 (milliseconds), 50ns, 500us, 2ms, 1.5s.");
  return ms;
};

/** As a configuration may have it; more trials are more than anybody waits for. */
const [MOST_COUNT, MOST_TRIALS] = [1_000_000, 10_000];

const upTo =
  (most: number, read: (text: string) => number) =>
  (text: string): number => {
    const count = read(text);
    if (count > most) throw new UsageError(`Write ${most} at most.`);
    return count;
  };

export const benchCommand: Declaration = {
  argument: [
    "[paths...]",
    "modules, whose exported functions are measured, or configurations (*.json); none = every *.bench.ts here",
  ],
  options: [
    ["--command <command>", "measure this command; may be given several times", eachOption],
    ["-n, --name <name>", "what a command is called; once for each of them", eachOption],
    ["-p, --prepare <command>", "run this before each run of the command, unmeasured", eachOption],
    ["-c, --cleanup <command>", "run this once after the last run of a command", eachOption],
    [
      "-w, --warmup <count>",
      "runs of a command, or calls of a function, before the first sample",
      upTo(MOST_COUNT, countOption),
    ],
    [
      "-r, --runs <count>",
      "runs of each command in all; not given: 10, and 3 s, at least",
      upTo(MOST_COUNT, atLeastOne),
    ],
    [
      "-L, --parameter-list <name-values...>",
      "a name and its values, a,b,c, for {name} in commands",
      eachOption,
    ],
    ["-P, --parameter-scan <name-from-to...>", "a name, its first number and its last one", eachOption],
    ["-D, --parameter-step-size <step>", "the step of --parameter-scan", (text) => text, "1"],
    ["-i, --ignore-failure", "runs that fail count, too"],
    ["-S, --shell <shell>", "what runs a command: none, or a shell; not given: sh where it is needed"],
    [
      "--iterations <count>",
      "samples of each function in each trial; not given: 300 ms",
      upTo(MOST_COUNT, atLeastOne),
    ],
    ["--trials <count>", "processes for each benchmark; not given: 10", upTo(MOST_TRIALS, atLeastOne)],
    [
      "--target <duration>",
      "exit 1 where a median is over it: 0.8 (milliseconds), 500us, 2ms, 1.5s",
      targetOption,
    ],
    ["--category <word>", "a word of yours, which the results repeat"],
    ["--timeout <duration>", "end a trial that takes longer: 90s, 5m, none", limitOption, TIMEOUT_MS],
    ["--memory <size>", "end a trial that takes more with all that it starts: 512M, 2G", parseBytes],
    ["--subprocess", "a process for each trial (the default)"],
    ["--in-process", "measure functions in this process: no limits, and no isolation"],
    ["--compare <file>", "say what is faster or slower than in these results (of --export-json)"],
    ["--fail-on-slower", "exit 1 where something is slower than in --compare"],
    ["--export-json <file>", "write the results as JSON"],
    ["--export-markdown <file>", "write them as Markdown tables"],
    ["--export-csv <file>", "write them as CSV, a line for each benchmark"],
    JSON_OPTION,
  ],
  examples: [
    ["bench", "every function of every *.bench.ts below this folder"],
    ["bench parse.ts --target 2ms", "exit 1 where a function takes longer"],
    ["bench --command 'gzip -k a' --command 'zstd a'", "which is faster?"],
    ["bench --export-json before.json", "and after a change: bench --compare before.json"],
  ],
  exitCodes: [
    ["0", "measured"],
    ["1", "something failed, missed its --target, or is slower (--fail-on-slower)"],
    ["2", "wrong arguments, or a wrong configuration"],
    ["128 + n", "a signal ended it"],
  ],
  run: (paths: readonly string[], flags: BenchFlags) =>
    measureAndTell(wishOf(paths, flags), tellingOf(flags)),
};

const tellingOf = ({ json = false, failOnSlower = false, ...flags }: BenchFlags): BenchTelling => ({
  json,
  exports: {
    json: flags.exportJson ?? null,
    markdown: flags.exportMarkdown ?? null,
    csv: flags.exportCsv ?? null,
  },
  failOnSlower,
});

function wishOf(paths: readonly string[], flags: BenchFlags): Omit<BenchWish, "signal"> {
  requireSense(flags);
  const { command: commands = [], inProcess = false, compare, iterations = null } = flags;
  const { warmup = null, target = null, category = null, memory = null, timeout, trials = null } = flags;
  const common = { warmup, target, category, memoryBytes: memory, timeoutMs: timeout, trials };
  return {
    cwd: workingDirectory(),
    env: usersEnvironment(process.env),
    paths,
    functions: { ...common, iterations },
    commands:
      commands.length === 0
        ? null
        : {
            ...common,
            commands,
            names: flags.name ?? [],
            prepare: flags.prepare ?? [],
            cleanup: flags.cleanup ?? [],
            parameters: parametersOf(flags),
            runs: flags.runs ?? null,
            ignoreFailure: flags.ignoreFailure ?? false,
            wordsOf: wordsBy(flags.shell),
          },
    inProcess,
    baseline: compare === undefined ? null : readBenchReport(readNamed(compare), compare),
  };
}

/** Of commands alone. */
const OF_COMMANDS = [
  ["--name", "name"],
  ["--prepare", "prepare"],
  ["--cleanup", "cleanup"],
  ["--runs", "runs"],
  ["--parameter-list", "parameterList"],
  ["--parameter-scan", "parameterScan"],
  ["--ignore-failure", "ignoreFailure"],
  ["--shell", "shell"],
] as const;

function requireSense(flags: BenchFlags): void {
  const { command, inProcess = false, subprocess = false, compare, failOnSlower = false } = flags;
  const lonely = command === undefined ? OF_COMMANDS.find(([, key]) => flags[key] !== undefined) : undefined;
  if (lonely !== undefined) throw new UsageError(`${lonely[0]} is about commands. Give a --command, too.`);
  if (inProcess && subprocess) throw new UsageError("--in-process and --subprocess exclude each other.");
  if (inProcess && command !== undefined)
    throw new UsageError("--in-process is about functions: a command always has a process of its own.");
  if (failOnSlower && compare === undefined)
    throw new UsageError("--fail-on-slower needs --compare, with results to be compared with.");
}

function parametersOf({
  parameterList = [],
  parameterScan = [],
  parameterStepSize,
}: BenchFlags): readonly Parameter[] {
  const lists = inParts(parameterList, 2, "--parameter-list takes a name and its values: -L size 1,2,4");
  const scans = inParts(parameterScan, 3, "--parameter-scan takes a name and two numbers: -P size 1 10");
  return [
    ...lists.map(([name = "", values = ""]) => listParameter(name, values)),
    ...scans.map(([name = "", from = "", to = ""]) => scanParameter(name, from, to, parameterStepSize)),
  ];
}

function inParts(words: readonly string[], size: number, usage: string): readonly (readonly string[])[] {
  if (words.length % size !== 0) throw new UsageError(`${usage}.`);
  return Array.from({ length: words.length / size }, (_, i) => words.slice(i * size, (i + 1) * size));
}

function wordsBy(shell: string | undefined): ((line: string) => readonly string[]) | null {
  if (shell === undefined || shell === "default") return null;
  return shell === "none" ? splitWords : (line) => [...splitWords(shell), "-c", line];
}
