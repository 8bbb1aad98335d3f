/** The document of a whole run: what `--json` prints, what a shard leaves for `merge`, and what both make of it. */
import { addCounts, NO_TESTS, type TestCounts, type TestFileResult } from "./test-file.ts";

export interface TestReport {
  readonly schemaVersion: 1;
  /** Every file passed, and every file was run. */
  readonly ok: boolean;
  readonly tookMs: number;
  readonly totals: TestCounts & { readonly files: number; readonly failing: number };
  /** Slowest first. */
  readonly files: readonly TestFileResult[];
  /** Every test file there is, those of other shards too: `merge` knows by it that a shard is missing. */
  readonly found: readonly string[];
  /** Not run, or not to their end: --bail, or somebody ended the run. */
  readonly notRun: readonly string[];
  /** Why it is no pass although each file is one, as sentences without their ends. */
  readonly complaints: readonly string[];
  /** Files that failed and then passed, in this run. */
  readonly flaky: readonly string[];
}

export const isFailing = ({ verdict }: Pick<TestFileResult, "verdict">): boolean => verdict !== "passed";

/** It failed, and that is not only because of tests that failed: nothing else would name it. */
export const isMoreThanTests = (result: TestFileResult): boolean =>
  isFailing(result) &&
  (result.verdict !== "failed" ||
    result.counts.errors > 0 ||
    !result.tests.some(({ status }) => status === "failed"));

export interface RunFacts {
  readonly found: readonly string[];
  readonly notRun: readonly string[];
  readonly complaints: readonly string[];
  readonly tookMs: number;
}

export function testReport(results: readonly TestFileResult[], run: RunFacts): TestReport {
  const { found, notRun, complaints, tookMs } = run;
  const files = results.toSorted((a, b) => b.tookMs - a.tookMs);
  const failing = files.filter(isFailing).length;
  const counts = files.reduce((sum, { counts: each }) => addCounts(sum, each), NO_TESTS);
  return {
    schemaVersion: 1,
    ok: failing === 0 && notRun.length === 0 && complaints.length === 0,
    tookMs,
    totals: { ...counts, files: files.length, failing },
    files,
    found,
    notRun,
    complaints,
    flaky: files.filter(({ flaky }) => flaky).map(({ file }) => file),
  };
}

/**
 * Shards ran beside each other, so the longest is what all of them took. A file that two of them have counts once, as it failed; one
 * that is in none was not run: a shard is missing, or they did not know the same durations.
 */
export function mergeReports(reports: readonly TestReport[], complaints: readonly string[] = []): TestReport {
  const byFile = new Map<string, TestFileResult>();
  for (const result of reports.flatMap(({ files }) => files)) {
    const other = byFile.get(result.file);
    if (other === undefined || !isFailing(other)) byFile.set(result.file, result);
  }
  const found = [...new Set(reports.flatMap((each) => [...each.found, ...each.notRun]))];
  return testReport([...byFile.values()], {
    found,
    notRun: found.filter((file) => !byFile.has(file)),
    complaints: [...reports.flatMap((each) => each.complaints), ...complaints],
    tookMs: Math.max(0, ...reports.map(({ tookMs }) => tookMs)),
  });
}
