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
  /** Not run, or not to their end: --bail, or somebody ended the run. */
  readonly notRun: readonly string[];
  /** Files that failed and then passed, in this run. */
  readonly flaky: readonly string[];
}

export const isFailing = ({ verdict }: Pick<TestFileResult, "verdict">): boolean => verdict !== "passed";

export function testReport(
  results: readonly TestFileResult[],
  notRun: readonly string[],
  tookMs: number,
): TestReport {
  const files = results.toSorted((a, b) => b.tookMs - a.tookMs);
  const failing = files.filter(isFailing).length;
  const counts = files.reduce((sum, { counts: each }) => addCounts(sum, each), NO_TESTS);
  return {
    schemaVersion: 1,
    ok: failing === 0 && notRun.length === 0,
    tookMs,
    totals: { ...counts, files: files.length, failing },
    files,
    notRun,
    flaky: files.filter(({ flaky }) => flaky).map(({ file }) => file),
  };
}

/** Shards ran beside each other, so the longest is what all of them took. A file that two of them have counts once, as it failed. */
export function mergeReports(reports: readonly TestReport[]): TestReport {
  const byFile = new Map<string, TestFileResult>();
  for (const result of reports.flatMap(({ files }) => files)) {
    const other = byFile.get(result.file);
    if (other === undefined || !isFailing(other)) byFile.set(result.file, result);
  }
  const notRun = new Set(reports.flatMap((each) => each.notRun).filter((file) => !byFile.has(file)));
  return testReport([...byFile.values()], [...notRun], Math.max(0, ...reports.map(({ tookMs }) => tookMs)));
}
