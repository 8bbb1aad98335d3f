/** Reads a report that another run has written: `merge` believes nothing of it that is not as it has to be. */
import { parsedJson } from "../../text/json.ts";
import { fields, flag, list, natural, number, orNull, type Shape, text, wordOf } from "../../text/shape.ts";
import type { TestReport } from "./report.ts";
import { FILE_VERDICTS, type TestCase, type TestCounts, type TestFileResult } from "./test-file.ts";

const counts: Shape = fields<TestCounts>({
  passed: natural,
  failed: natural,
  errors: natural,
  skipped: natural,
  todo: natural,
});
const anyText: Shape = (value) => typeof value === "string";
const processes = list(fields<{ pid: number; command: string }>({ pid: natural, command: anyText }));
const failure = fields<NonNullable<TestCase["failure"]>>({ type: anyText, message: anyText, text: anyText });
const testCase = fields<TestCase>({
  suites: list(anyText),
  name: anyText,
  line: orNull(natural),
  tookMs: number,
  status: wordOf("passed", "failed", "skipped", "todo"),
  failure: orNull(failure),
});
const running = fields<NonNullable<TestFileResult["running"]>>({
  phase: wordOf("loading", "hook", "test", "between"),
  test: orNull(anyText),
  line: orNull(natural),
  ended: natural,
});
const fileResult = fields<TestFileResult>({
  file: text,
  verdict: wordOf(...FILE_VERDICTS),
  counts,
  evidence: orNull(anyText),
  running: orNull(running),
  tookMs: number,
  cpuMs: orNull(number),
  peakMemoryBytes: orNull(number),
  exitCode: orNull(natural),
  signal: orNull(anyText),
  leftovers: processes,
  survivors: processes,
  attempts: natural,
  flaky: flag,
  tests: list(testCase),
});
const report: Shape = fields<
  Pick<TestReport, "schemaVersion" | "tookMs" | "files" | "found" | "notRun" | "complaints">
>({
  schemaVersion: (value) => value === 1,
  tookMs: number,
  files: list(fileResult),
  found: list(text),
  notRun: list(text),
  complaints: list(anyText),
});
const isReport = (value: unknown): value is TestReport => report(value);

/** What `--results` has written; null for anything else. */
export function parseReport(json: string): TestReport | null {
  const value = parsedJson(json);
  return isReport(value) ? value : null;
}
