/** Runs the tests and tells of them: live, at the end, and in the files that were asked for. */
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestReport } from "../../../core/tests/report.ts";
import { coverageTable } from "../../../render/tests/coverage.ts";
import { runEnding } from "../../../render/tests/ending.ts";
import { fileBlock } from "../../../render/tests/file-block.ts";
import { testProgress } from "../../../render/tests/progress.ts";
import { runSession, type SessionWish } from "../../../runner/test/session.ts";
import { dim } from "../../../text/style.ts";
import { shellWord } from "../../../text/shell-word.ts";
import { typed } from "../../../trust/typed.ts";
import { annotations, stepSummary } from "../../../wire/documents/github.ts";
import { junitXml } from "../../../wire/documents/junit.ts";
import { writeOut } from "../../printing.ts";
import { interruption } from "./interruption.ts";

export interface Telling {
  readonly json: boolean;
  readonly verbose: boolean;
  readonly all: boolean;
  readonly junit: string | null;
  readonly results: string | null;
  readonly coverageDir: string;
}

/** Resolves to the exit code: 0 = every file passed, 1 = not so, 128 + n = a signal ended the run. */
export async function runAndTell(wish: Omit<SessionWish, "signal">, telling: Telling): Promise<number> {
  const { signal, codeOr } = interruption();
  return codeOr(await runAndTellOnce(wish, telling, signal));
}

export async function runAndTellOnce(
  wish: Omit<SessionWish, "signal">,
  telling: Telling,
  signal: AbortSignal,
): Promise<number> {
  const say = (text: string): void => void (telling.json || console.log(text));
  const progress = testProgress(telling.json);
  const session = await runSession({ ...wish, signal }, (files) => progress.total(files), {
    onStart: (file) => progress.start(file),
    onEnd: ({ result, output }) => {
      progress.end(result);
      say(fileBlock(result, { verbose: telling.verbose, output: output.text }));
    },
  }).finally(() => progress.clear());
  const { report, coverage, nothingFound, flakyBefore } = session;
  if (nothingFound !== null) console.error(nothingFound.replace(/^bun test v[^\n]*\n+/u, "").trim());
  if (coverage !== null) {
    writeDocument(join(telling.coverageDir, "lcov.info"), coverage.lcov);
    say(`\n${coverageTable(coverage.files)}`);
  }
  if (nothingFound === null) say(`\n${runEnding(report, { again: runAgain, all: telling.all })}`);
  const known =
    report.flaky.length === 0 ? [] : [...flakyBefore].filter(([file]) => report.flaky.includes(file));
  for (const [file, times] of known) say(dim(`${file} was flaky ${times} times before`));
  leaveReports(report, telling);
  if (nothingFound !== null && !wish.passWithNoTests) return 1;
  return report.ok ? 0 : 1;
}

/** How a file is run again by itself. */
export const runAgain = (file: string): string => typed(`test ./${shellWord(file)}`, "bun-isolate");

/** What programs read. */
export function leaveReports(
  report: TestReport,
  { junit, results, json }: Pick<Telling, "junit" | "results" | "json">,
): void {
  if (junit !== null) writeDocument(junit, junitXml(report));
  if (results !== null) writeDocument(results, `${JSON.stringify(report)}\n`);
  if (json) writeOut(`${JSON.stringify(report)}\n`);
  if (process.env["GITHUB_ACTIONS"] !== "true") return;
  if (!json) for (const line of annotations(report)) console.log(line);
  const summary = process.env["GITHUB_STEP_SUMMARY"];
  if (summary !== undefined && summary !== "") appendFileSync(summary, `${stepSummary(report)}\n`);
}

export function writeDocument(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
