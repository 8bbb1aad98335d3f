/** Runs the tests and tells of them: live, at the end, and in the files that were asked for. */
import { appendFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { TestReport } from "../../../core/tests/report.ts";
import { coverageTable } from "../../../render/tests/coverage.ts";
import { runEnding } from "../../../render/tests/ending.ts";
import { fileBlock } from "../../../render/tests/file-block.ts";
import { testProgress } from "../../../render/tests/progress.ts";
import { runSession, type SessionWish } from "../../../runner/test/session.ts";
import { workingDirectory } from "../../../text/errors.ts";
import { isQuiet } from "../../../text/quiet.ts";
import { dim } from "../../../text/style.ts";
import {
  annotations,
  stepSummary,
  withoutBunsCommands,
  withoutCommands,
} from "../../../wire/documents/github.ts";
import { junitXml } from "../../../wire/documents/junit.ts";
import { writeOut } from "../../printing.ts";
import type { RunAgain } from "./again.ts";
import { writeDocument } from "./documents.ts";
import { interruption } from "./interruption.ts";

export interface Telling {
  readonly json: boolean;
  readonly verbose: boolean;
  readonly all: boolean;
  readonly junit: string | null;
  readonly results: string | null;
  readonly coverageDir: string;
  readonly again: RunAgain;
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
  const say = (text: string): void => void (telling.json || console.log(forConsole(text)));
  const progress = testProgress(telling.json || isQuiet());
  const session = await runSession(
    { ...wish, signal },
    {
      onFound: (files) => progress.total(files),
      onWaiting: (taken) => progress.waiting(taken),
      onStart: (file) => progress.start(file),
      onStop: (file) => progress.stop(file),
      onEnd: ({ result, output }) => {
        progress.end(result);
        const text = isOnGitHub() ? withoutBunsCommands(output.text) : output.text;
        say(fileBlock(result, { verbose: telling.verbose, output: text }));
      },
    },
  ).finally(() => progress.finish());
  const { report, coverage, nothingFound, flakyBefore } = session;
  if (nothingFound !== null) console.error(nothingFound.replace(/^bun test v[^\n]*\n+/u, "").trim());
  if (coverage !== null) {
    writeDocument(join(telling.coverageDir, "lcov.info"), coverage.lcov);
    say(`\n${coverageTable(coverage.files)}`);
  }
  if (nothingFound === null) say(`\n${runEnding(report, { again: telling.again, all: telling.all })}`);
  const known =
    report.flaky.length === 0 ? [] : [...flakyBefore].filter(([file]) => report.flaky.includes(file));
  for (const [file, times] of known) say(dim(`${file} was flaky ${times} times before`));
  leaveReports(report, telling);
  return report.ok ? 0 : 1;
}

const isOnGitHub = (): boolean => process.env["GITHUB_ACTIONS"] === "true";

/** Names, messages and output are of the tests: GitHub would take them for commands, also behind blanks. */
export const forConsole = (text: string): string =>
  isOnGitHub() ? withoutCommands(text, crypto.randomUUID()) : text;

/** GitHub knows files by their path in the repository; we, by that below the current folder. */
function belowRepository(): string {
  const root = process.env["GITHUB_WORKSPACE"] ?? "";
  const below = root === "" ? "" : relative(root, workingDirectory());
  return below.startsWith("..") ? "" : below;
}

/** What programs read. */
export function leaveReports(
  report: TestReport,
  { junit, results, json }: Pick<Telling, "junit" | "results" | "json">,
): void {
  if (junit !== null) writeDocument(junit, junitXml(report));
  if (results !== null) writeDocument(results, `${JSON.stringify(report)}\n`);
  if (json) writeOut(`${JSON.stringify(report)}\n`);
  if (!isOnGitHub()) return;
  if (!json) for (const line of annotations(report, belowRepository())) console.log(line);
  const summary = process.env["GITHUB_STEP_SUMMARY"];
  if (summary !== undefined && summary !== "") appendFileSync(summary, `${stepSummary(report)}\n`);
}
