/** The verdict of one test file: from how its process ended, and what it has told. */
import { plural } from "../../text/style.ts";
import { duration } from "../../text/wording.ts";
import type { JobEnd } from "../slots/job-end.ts";
import type { FileVerdict, Leftover, RunningTest, TestCounts } from "./test-file.ts";

interface FileEnd {
  readonly file: string;
  readonly end: Pick<JobEnd, "ending" | "root">;
  /** null: it did not come to its end. */
  readonly counts: TestCounts | null;
  /** null: it came to its end. */
  readonly running: RunningTest | null;
  readonly leftovers: readonly Leftover[];
  /** A file that leaves processes behind is a failure, and not a warning only. */
  readonly leaksFail: boolean;
  readonly passWithNoTests: boolean;
  /** Only tests with some names were asked for, and it has none of them. */
  readonly isFilteredOut: boolean;
  /** What it has said about an error outside of its tests. */
  readonly error: string | null;
}

interface Judged {
  readonly verdict: FileVerdict;
  readonly evidence: string | null;
}

const verdict = (of: FileVerdict, evidence: string | null = null): Judged => ({ verdict: of, evidence });

export function judgeFile(file: FileEnd): Judged {
  const { ending } = file.end;
  switch (ending.how) {
    case "timeout":
      return verdict("timeout", `was ended after ${duration(ending.limitMs)}, ${whileRunning(file)}`);
    case "memory":
      return verdict("memory", `${ending.evidence}, ${whileRunning(file)}`);
    case "cpu":
    case "stopped":
      return verdict("crashed", `was ended: ${ending.evidence}`);
    case "signaled":
      return verdict("crashed", `died of ${ending.signal}, ${whileRunning(file)}`);
    case "exited":
      return atExit(file, ending.code);
  }
}

function atExit(end: FileEnd, code: number | null): Judged {
  const { counts, passWithNoTests, isFilteredOut } = end;
  if (isFilteredOut) return atRest(end);
  const error = end.error === null ? "" : `: ${end.error}`;
  if (counts === null)
    return verdict("exited-early", `ended itself with code ${code}, ${whileRunning(end)}${error}`);
  const { passed, failed, errors, skipped, todo } = counts;
  if (failed > 0 || errors > 0) return verdict("failed", failedWords(counts) + (errors > 0 ? error : ""));
  if (passed + skipped + todo === 0 && !passWithNoTests) return verdict("no-tests", "has no tests");
  if (code !== 0) return verdict("failed", `exited with code ${code}, although no test failed`);
  return atRest(end);
}

function atRest({ leftovers, leaksFail }: FileEnd): Judged {
  if (leftovers.length === 0 || !leaksFail) return verdict("passed");
  const names = leftovers.map(({ command, pid }) => `${command} (pid ${pid})`).join(", ");
  return verdict("leaked", `left behind: ${names}`);
}

const failedWords = ({ failed, errors }: TestCounts): string =>
  [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(errors > 0 ? [`${errors} ${errors === 1 ? "error" : "errors"} outside of tests`] : []),
  ].join(", ");

/** As "while "adds" (test/sum.test.ts:7) ran". */
function whileRunning({ file, running }: Pick<FileEnd, "file" | "running">): string {
  if (running === null) return "after its last test";
  const { phase, test, line, ended } = running;
  const at = line === null ? "" : ` (${file}:${line})`;
  switch (phase) {
    case "loading":
      return "while the file was loaded";
    case "hook":
      return `in a hook before its first test${test === null ? "" : `, ${JSON.stringify(test)}`}${at}`;
    case "test":
      return `while ${test === null ? "a test" : JSON.stringify(test)}${at} ran${endedWords(ended)}`;
    case "between":
      return `after ${test === null ? "a test" : JSON.stringify(test)}${at} had ended${endedWords(ended - 1)}`;
  }
}

const endedWords = (others: number): string =>
  others < 1 ? "" : `; ${plural(others, "other test")} had ended`;
