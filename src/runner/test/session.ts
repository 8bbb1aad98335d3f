/** One run of tests from its files to its report, with what is kept for the next one. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { testReport, type TestReport } from "../../core/tests/report.ts";
import type { TestFileResult } from "../../core/tests/test-file.ts";
import { tooLittle } from "../../core/tests/threshold.ts";
import type { Taken } from "../../launch/admit.ts";
import { openRunner } from "../ports.ts";
import type { RunnerSlots } from "../slots.ts";
import { endAbandoned } from "../abandoned.ts";
import { makeRunFolder, removeRunFolder } from "../run-folder.ts";
import type { TestConfig } from "./bunfig.ts";
import { collectCoverage, type Coverage } from "./coverage.ts";
import { findTestFiles } from "./find.ts";
import { keepMemory, memoryStore, readMemory, type TestMemory } from "./memory.ts";
import type { FileRunOptions } from "./options.ts";
import { runTests, type RunListener, type RunWish } from "./run-tests.ts";

interface SessionListener extends RunListener {
  readonly onFound: (files: number) => void;
  /** Called while a file waits for a slot. */
  readonly onWaiting: (taken: Taken) => void;
}

export interface SessionWish extends Omit<FileRunOptions, "folder" | "signal">, Omit<RunWish, "files"> {
  readonly patterns: readonly string[];
  /** Options of `bun test` that say which files there are. */
  readonly findArgs: readonly string[];
  /** A file of durations; null = the account's own record. */
  readonly timings: string | null;
  readonly config: TestConfig;
  /** null: files take none. */
  readonly slots: RunnerSlots | null;
  readonly signal: AbortSignal;
}

interface Session {
  readonly report: TestReport;
  readonly coverage: Coverage | null;
  /** Bun found no test file: what it said. */
  readonly nothingFound: string | null;
  /** Known to have been flaky before, with how often. */
  readonly flakyBefore: ReadonlyMap<string, number>;
}

export async function runSession(wish: SessionWish, listener: SessionListener): Promise<Session> {
  const { onFound, onWaiting } = listener;
  const slots = wish.slots && { ...wish.slots, onWaiting };
  const ports = openRunner(wish.cwd, { isAlone: true, slots });
  const abandoned = endAbandoned(ports);
  const folder = makeRunFolder("isolate", ports);
  try {
    const { ofOneFile, ofFinding } = wish.config;
    const ofFile = configArgs(ofOneFile, join(folder, "bunfig.json"));
    const options: FileRunOptions = { ...wish, folder, bunArgs: [...wish.bunArgs, ...ofFile] };
    const findArgs = [...wish.findArgs, ...configArgs(ofFinding, join(folder, "finding.json"))];
    const { files, said, isFine } = await findTestFiles(wish.patterns, options, findArgs, ports);
    const store = memoryStore(wish.cwd, wish.timings);
    const memory = readMemory(store.path);
    if (files.length === 0) return nothing(said, isFine ? [] : ["there is no test file"]);
    onFound(files.length);
    const run = await runTests({ ...wish, files }, memory, options, listener, ports);
    const results = run.files.map(({ result }) => result);
    const news = { results, withTimes: wish.shard === null, nowMs: ports.clock.wallMs() };
    const notKept = await keepMemory(store, news);
    if (notKept !== null) ports.onTrouble(notKept);
    const coverage = wish.coverage ? collectCoverage(run.files.map((each) => each.folder)) : null;
    const complaints = complaintsAbout(results, coverage, wish);
    const report = testReport(results, { ...run, complaints });
    return { report, coverage, nothingFound: null, flakyBefore: flakyIn(memory) };
  } finally {
    await abandoned;
    removeRunFolder(folder, ports);
  }
}

/** The last `--config` is the one that holds. */
function configArgs(config: string | null, path: string): readonly string[] {
  if (config === null) return [];
  writeFileSync(path, config);
  return [`--config=${path}`];
}

/** One shard of several tells neither: other files may have the tests, and run the other lines. */
function complaintsAbout(
  results: readonly TestFileResult[],
  coverage: Coverage | null,
  { shard, isFiltered, passWithNoTests, config: { threshold } }: SessionWish,
): readonly string[] {
  if (shard !== null) return [];
  const isAnyRun = results.some(({ verdict, counts }) => verdict !== "passed" || counts.passed > 0);
  return [
    ...(isFiltered && !passWithNoTests && !isAnyRun ? ["no test has a name like that"] : []),
    ...(threshold === null || coverage === null ? [] : tooLittle(coverage.files, threshold)),
  ];
}

const nothing = (said: string, complaints: readonly string[]): Session => ({
  report: testReport([], { found: [], notRun: [], complaints, tookMs: 0 }),
  coverage: null,
  nothingFound: said,
  flakyBefore: new Map(),
});

const flakyIn = (memory: TestMemory): ReadonlyMap<string, number> =>
  new Map(
    [...memory].flatMap(([file, { flakyRuns }]) => (flakyRuns > 0 ? [[file, flakyRuns] as const] : [])),
  );
