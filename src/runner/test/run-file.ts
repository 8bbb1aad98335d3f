/** One attempt at one test file: a `bun test` of its own, and what is made of its end. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { readReport } from "../../core/tests/bun-report.ts";
import { countsOf, errorSaid, isFilteredOut } from "../../core/tests/bun-summary.ts";
import { NO_TESTS, type Leftover, type TestFileResult } from "../../core/tests/test-file.ts";
import { NOTHING_LISTED, readTrail, runningAt } from "../../core/tests/trail.ts";
import { judgeFile } from "../../core/tests/verdict.ts";
import type { Named } from "../../core/plan/event.ts";
import { programFile } from "../../trust/package-file.ts";
import { type IsolatedEnd, runIsolated } from "../isolated.ts";
import { BoundedBytes, type KeptOutput } from "../output.ts";
import { leftText } from "../left-text.ts";
import type { RunnerPorts } from "../ports.ts";
import { listTests } from "./list-tests.ts";
import type { FileRunOptions } from "./options.ts";

export interface ChosenFile {
  /** Absolute. */
  readonly file: string;
  /** As it is shown. */
  readonly name: string;
  /** Of this attempt, in this run. */
  readonly number: string;
}

export interface FileAttempt {
  /** false: it was ended since somebody has ended the run. */
  readonly isWhole: boolean;
  readonly result: TestFileResult;
  /** Both streams, as they came. */
  readonly output: KeptOutput;
  /** Bun's coverage of this attempt is in this folder, where it was asked for. */
  readonly folder: string;
}

const KEEP_BYTES = 256 * 1_024;
const inside = (name: string): string => programFile(`src/runner/test/inside/${name}.ts`);

/** `onStart`: called when it starts; it may wait for a slot. */
export async function runTestFile(
  { file, name, number }: ChosenFile,
  options: FileRunOptions,
  ports: RunnerPorts,
  onStart: () => void,
): Promise<FileAttempt> {
  // private, should a test have removed it with all that is above it
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  // no folder for each attempt: to make and remove one costs as much as the two files in it
  const folder = join(options.folder, number);
  const [report, trail] = [`${folder}.xml`, `${folder}.trail`];
  const output = new BoundedBytes(KEEP_BYTES);
  const add = (bytes: Uint8Array): void => output.add(bytes);
  const end = await runIsolated(
    {
      command: commandFor(file, report, folder, options),
      cwd: options.cwd,
      env: { ...options.env, BUN_ISOLATE_TRAIL: trail },
      name,
      timeoutMs: options.timeoutMs,
      memoryBytes: options.memoryBytes,
      counts: true,
      project: options.project,
      keepBytes: KEEP_BYTES,
      signal: options.signal,
      onStart,
      onStdout: add,
      onStderr: add,
    },
    ports,
  );
  const result = await resultOf(file, name, { report, trail, folder }, end, options, ports);
  return { isWhole: end.ending.how !== "stopped", result, output: output.output(), folder };
}

function commandFor(
  file: string,
  report: string,
  folder: string,
  { bunArgs, coverage }: FileRunOptions,
): readonly string[] {
  return [
    process.execPath,
    "test",
    `--preload=${inside("trail")}`,
    ...bunArgs,
    // the last of each is the one that holds
    "--reporter=junit",
    `--reporter-outfile=${report}`,
    ...(coverage ? ["--coverage", "--coverage-reporter=lcov", `--coverage-dir=${folder}`] : []),
    file,
  ];
}

interface FilePaths {
  readonly report: string;
  readonly trail: string;
  readonly folder: string;
}

async function resultOf(
  file: string,
  name: string,
  paths: FilePaths,
  end: IsolatedEnd,
  options: FileRunOptions,
  ports: RunnerPorts,
): Promise<TestFileResult> {
  const told = whatItTold(paths, end, options);
  const { trail, counts, isFilteredOut: hasNone } = told;
  const listing =
    counts === null && trail.isLoaded ? await listTests(file, paths.folder, options, ports) : NOTHING_LISTED;
  const running = counts === null ? runningAt(trail, listing) : null;
  const leftovers = leftoversOf(end);
  const error = errorSaid(end.stderr.text);
  const { tookMs, cpuMs, peakMemoryBytes, root } = end;
  return {
    file: name,
    ...judgeFile({ ...options, file: name, end, counts, running, leftovers, isFilteredOut: hasNone, error }),
    counts: counts ?? NO_TESTS,
    running,
    tookMs,
    cpuMs,
    peakMemoryBytes,
    exitCode: root?.code ?? null,
    signal: root?.signal ?? null,
    leftovers,
    survivors: end.survivors.map(shown),
    attempts: 1,
    flaky: false,
    tests: counts === null ? [] : told.tests,
  };
}

/** `counts` null: it did not come to its end, whatever it says itself. */
function whatItTold(paths: FilePaths, { ending, stderr }: IsolatedEnd, { isFiltered }: FileRunOptions) {
  const text = leftText(paths.report);
  const report = text === null ? null : readReport(text);
  const exited = ending.how === "exited" ? ending.code : null;
  const hasNone = isFiltered && isFilteredOut(report, stderr.text, exited);
  const told = hasNone ? NO_TESTS : exited === null ? null : countsOf(report, stderr.text, exited);
  const trail = readTrail(leftText(paths.trail) ?? "");
  // a test that has not ended, and all is well: somebody else than Bun has told so
  const isMadeUp = trail.begun > trail.ended && told?.failed === 0 && told.errors === 0;
  return { trail, counts: isMadeUp ? null : told, isFilteredOut: hasNone, tests: report ?? [] };
}

/** What had to be ended after its end: who was about to end by itself is nobody's fault. */
const leftoversOf = ({ ending, outcomes }: IsolatedEnd): readonly Leftover[] =>
  ending.how === "exited" || ending.how === "signaled"
    ? outcomes.filter(({ signals }) => signals.length > 0).map(shown)
    : [];

const shown = ({ id, command }: Named): Leftover => ({ pid: id.pid, command });
