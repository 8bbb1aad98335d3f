/**
 * Reads the last lines of what `bun test` says: ` 12 pass`, ` 1 fail`, …, `Ran 13 tests across 1 file. [5.00ms]`. Tests
 * write into the same stream, so a summary counts only where the report agrees with it.
 */
import { NO_TESTS, type TestCase, type TestCounts } from "./test-file.ts";

const RAN = /^Ran (\d+) tests? across 1 file\./;
const COUNT = /^ *(\d+) (pass|fail|skip|todo|error)s?$/;

interface Summary {
  readonly counts: TestCounts;
  readonly ran: number;
}

/** Every block that looks like one, the last first. */
function summariesIn(output: string): readonly Summary[] {
  const lines = output.split("\n");
  return lines
    .flatMap((line, at) => {
      const ran = RAN.exec(line)?.[1];
      return ran === undefined ? [] : [{ counts: countsBefore(lines, at), ran: Number(ran) }];
    })
    .toReversed();
}

function countsBefore(lines: readonly string[], end: number): TestCounts {
  const found: Record<string, number> = {};
  for (let at = end - 1; at >= 0 && lines[at]?.trim() !== ""; at--) {
    const [, number, what] = COUNT.exec(lines[at] ?? "") ?? [];
    if (what !== undefined) found[what] = Number(number);
  }
  const { pass = 0, fail = 0, error = 0, skip = 0, todo = 0 } = found;
  return { passed: pass, failed: fail, errors: error, skipped: skip, todo };
}

/** No test of the file has a name like the one that was asked for (`-t`): Bun says so last, and exits with 1. */
export const isFilteredOut = (
  report: readonly TestCase[] | null,
  stderr: string,
  exitCode: number | null,
): boolean =>
  exitCode === 1 &&
  report?.every(({ status }) => status === "skipped") === true &&
  /^error: regex .* matched 0 tests\. Searched 1 file/u.test(stderr.trimEnd().split("\n").at(-1) ?? "");

/**
 * What `bun test` has counted, once it has come to its end. `report`: null where Bun wrote none, as for a file
 * without tests. null: it did not come to its end.
 */
export function countsOf(
  report: readonly TestCase[] | null,
  stderr: string,
  exitCode: number | null,
): TestCounts | null {
  const summaries = summariesIn(stderr);
  if (report === null) return summaries.find(isWithoutTests)?.counts ?? null;
  const reported = countCases(report);
  const agrees = ({ counts }: Summary): boolean =>
    counts.passed === reported.passed && counts.failed === reported.failed && counts.todo === reported.todo;
  const said = summaries.find(agrees)?.counts;
  if (said !== undefined) return said;
  // its last lines are not to be had: an exit code that no test explains is an error outside of them
  const errors = exitCode !== 0 && reported.failed === 0 ? 1 : 0;
  return { ...reported, errors };
}

/** Bun writes no report of a file that has no test, or that could not be loaded. */
const isWithoutTests = ({ counts: { passed, failed, errors, skipped, todo }, ran }: Summary): boolean =>
  passed + skipped + todo === 0 && (ran === 0 || (failed === errors && errors > 0));

const countCases = (tests: readonly TestCase[]): TestCounts => {
  const of = (status: TestCase["status"]): number => tests.filter((test) => test.status === status).length;
  return {
    ...NO_TESTS,
    passed: of("passed"),
    failed: of("failed"),
    skipped: of("skipped"),
    todo: of("todo"),
  };
};

const OUTSIDE = "# Unhandled error between tests";
const ERROR = /^(?:error|\w*Error): (.+)$/u;

/** The first error outside of tests, or the one that Bun says last, as where it refuses an option; null: there is none. */
export function errorSaid(stderr: string): string | null {
  const lines = stderr.trimEnd().split("\n");
  const outside = lines.indexOf(OUTSIDE);
  const candidates = outside === -1 ? lines.slice(-1) : lines.slice(outside + 1);
  return candidates.flatMap((line) => ERROR.exec(line)?.[1] ?? [])[0] ?? null;
}
