/** `test`: every test file in a process of its own. */
import { usersEnvironment } from "../../../trust/own-bun.ts";
import { UsageError, workingDirectory } from "../../../text/errors.ts";
import { messageOf } from "../../../text/system-error.ts";
import { parseBytes } from "../../../gate/wrapper/arguments.ts";
import { testConfig, type TestConfig } from "../../../runner/test/bunfig.ts";
import { runnerCapacity } from "../../../runner/slots.ts";
import type { SessionWish } from "../../../runner/test/session.ts";
import { JSON_OPTION, type Declaration } from "../../declaring.ts";
import { atLeastOne, countOption, eachOption, limitOption } from "../../values.ts";
import { againWith, TEST_DEFAULTS } from "./again.ts";
import { runAndTell, type Telling } from "./tell.ts";

interface TestFlags {
  readonly jobs?: number;
  readonly timeout: number | null;
  readonly memory?: number;
  readonly retry: number;
  readonly shard?: { readonly index: number; readonly count: number };
  readonly bail?: number | true;
  readonly changed?: string | true;
  readonly testNamePattern?: string;
  readonly preload?: readonly string[];
  readonly coverage?: boolean;
  readonly coverageDir?: string;
  readonly junit?: string;
  readonly results?: string;
  readonly timings?: string;
  readonly leaks: "fail" | "warn";
  readonly passWithNoTests?: boolean;
  readonly verbose?: boolean;
  readonly all?: boolean;
  readonly watch?: boolean;
  readonly gate?: boolean;
  readonly ci?: "github";
  readonly json?: boolean;
}

const shardOption = (text: string): { index: number; count: number } => {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (index === undefined || shard.index < 1 || shard.index > shard.count)
    throw new UsageError(`"${text}" is no shard. Write 1/3 for the first of three.`);
  return shard;
};

/** As Bun reads it; each file would say so else. */
const namePatternOption = (text: string): string => {
  try {
    void new RegExp(text);
    return text;
  } catch (error) {
    throw new UsageError(`"${text}" is no pattern of test names: ${messageOf(error)}.`);
  }
};

/** Those among options of `bun test`. */
const namePatternsIn = (words: readonly string[]): readonly string[] =>
  words.flatMap((word, at) => {
    if (word === "-t" || word === "--test-name-pattern") return words[at + 1] ?? [];
    return /^(?:-t|--test-name-pattern=)=?(.*)$/su.exec(word)?.[1] ?? [];
  });

export const testCommand = (behind: readonly string[]): Declaration => ({
  argument: ["[pattern...]", "which files, as for bun test; none = all of them"],
  options: [
    [
      "-j, --jobs <count>",
      "so many files at a time; not given: one for each core, within the project's limit on jobs",
      atLeastOne,
    ],
    [
      "--timeout <duration>",
      "end a file that takes longer, whatever it does: 90s, 5m, none",
      limitOption,
      TEST_DEFAULTS.timeout,
    ],
    ["--memory <size>", "end a file that takes more with all that it starts: 512M, 2G", parseBytes],
    ["--retry <count>", "run a file that fails so many times more", countOption, 0],
    [
      "--shard <part>",
      "only this part of the files, 1/3 for the first of three; parts take about the same time",
      shardOption,
    ],
    ["--bail [count]", "start no other file after so many failures (1)", atLeastOne],
    ["--changed [ref]", "only files that a change since this commit can have broken"],
    ["-t, --test-name-pattern <pattern>", "only tests with a name like this", namePatternOption],
    ["--preload <file>", "load this module first; may be given several times", eachOption],
    ["--coverage", "join the coverage of all files"],
    ["--coverage-dir <folder>", "where lcov.info is written (coverage)"],
    [
      "--leaks <what>",
      "a file that leaves a process behind: fail (the default) or warn",
      ["fail", "warn"],
      TEST_DEFAULTS.leaks,
    ],
    ["--pass-with-no-tests", "no tests are no failure"],
    ["--junit <file>", "write the results as JUnit XML"],
    ["--results <file>", "write what merge reads"],
    ["--timings <file>", "read and write how long files take here, and not in the account's records"],
    ["--watch", "run again whenever a file changes"],
    ["--verbose", "print what passing files say, too"],
    ["--all", "a row for every file at the end"],
    ["--no-gate", "files take no slots of the project's gate, and wait for none"],
    ["--ci <service>", "print a CI workflow that uses all this", ["github"]],
    JSON_OPTION,
  ],
  examples: [
    ["test", "every test file, one process each"],
    ["test src/api --timeout 60s", "files with src/api in their path, a minute each"],
    ["test --retry 1 --junit out.xml", "in CI"],
    ["test -- --timeout 20000", "what stands behind -- is bun test's: here, 20 s for each test"],
  ],
  exitCodes: [
    ["0", "every file passed"],
    ["1", "some file did not"],
    ["2", "wrong arguments, or a wrong configuration"],
    ["128 + n", "a signal ended it"],
  ],
  run: async (patterns: readonly string[], flags: TestFlags) => {
    if (flags.ci !== undefined) {
      const { shardedWorkflow } = await import("../../../render/tests/workflow.ts");
      console.log(shardedWorkflow());
      return 0;
    }
    const config = testConfig(workingDirectory(), behind);
    const wish = await wishOf(patterns, flags, behind, config);
    const telling = tellingOf(flags, behind, config);
    if (flags.watch !== true) return await runAndTell(wish, telling);
    const { runOnChanges } = await import("./watch.ts");
    return await runOnChanges(wish, telling);
  },
});

const tellingOf = (flags: TestFlags, behind: readonly string[], config: TestConfig): Telling => ({
  json: flags.json ?? false,
  verbose: flags.verbose ?? false,
  all: flags.all ?? false,
  junit: flags.junit ?? null,
  results: flags.results ?? null,
  coverageDir: flags.coverageDir ?? config.coverageDir ?? "coverage",
  again: againWith(flags, behind),
});

const wishOf = async (
  patterns: readonly string[],
  flags: TestFlags,
  behind: readonly string[],
  config: TestConfig,
): Promise<Omit<SessionWish, "signal">> => {
  const cwd = workingDirectory();
  const env = usersEnvironment(process.env);
  const capacity = await runnerCapacity(cwd, env);
  const isGated = flags.gate !== false && ["", "0", undefined].includes(env["BUN_WRAPPER_BYPASS"]);
  const { changed, bail, passWithNoTests = false } = flags;
  const bunArgs = [
    ...(flags.preload ?? []).map((file) => `--preload=${file}`),
    ...(flags.testNamePattern === undefined ? [] : [`--test-name-pattern=${flags.testNamePattern}`]),
    ...behind,
  ];
  return {
    cwd,
    env,
    patterns,
    findArgs: [
      ...(changed === undefined ? [] : [changed === true ? "--changed" : `--changed=${changed}`]),
      ...(passWithNoTests ? ["--pass-with-no-tests"] : []),
      ...behind,
    ],
    bunArgs,
    jobs: flags.jobs ?? capacity.jobs,
    timeoutMs: flags.timeout,
    memoryBytes: flags.memory ?? null,
    retries: flags.retry,
    shard: flags.shard ?? null,
    bail: bail === undefined ? null : bail === true ? 1 : bail,
    leaksFail: flags.leaks === "fail",
    passWithNoTests,
    coverage: flags.coverage === true || config.coverage,
    config,
    isFiltered: namePatternsIn(bunArgs).map(namePatternOption).length > 0,
    timings: flags.timings ?? null,
    slots: isGated ? capacity.slots : null,
    project: capacity.project,
  };
};
