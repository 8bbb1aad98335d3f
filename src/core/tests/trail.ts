/**
 * The trail that a test file leaves while it runs: how many tests have begun and ended. It says which test ran when the
 * file was ended, whatever ended it.
 */
import { fullName, type RunningTest, type TestCase } from "./test-file.ts";

interface Trail {
  /** All of the file was run, and its tests are known. */
  readonly isLoaded: boolean;
  readonly begun: number;
  readonly ended: number;
  /** The last that began did so while another one ran (`test.concurrent`): either may be the one that still runs. */
  readonly isShared: boolean;
}

/** "L3 2 0", as `inside/trail.ts` writes it: loaded, begun, ended, shared. Where there are several lines, the last one is the newest. */
const STATE = /^(L?)(\d+) (\d+) ([01])$/gmu;

export function readTrail(text: string): Trail {
  const [, loaded = "", begun = 0, ended = 0, shared = "0"] = [...text.matchAll(STATE)].at(-1) ?? [];
  return { isLoaded: loaded !== "", begun: Number(begun), ended: Number(ended), isShared: shared === "1" };
}

/** Those that are not skipped. */
export const thatRun = (tests: readonly TestCase[]): readonly TestCase[] =>
  tests.filter(({ status }) => status === "passed" || status === "failed");

/** What a file has, without any of it having been run. */
export interface TestListing {
  /** In their order, those that are skipped too; empty = not known. */
  readonly tests: readonly TestCase[];
  /** Of the hooks that may run before its first test; null = it is another file's. */
  readonly beforeAllLines: readonly (number | null)[];
}

export const NOTHING_LISTED: TestListing = { tests: [], beforeAllLines: [] };

/** `inside/listing.ts` leaves a letter for each. */
export const attemptsIn = (text: string): number => text.split("b").length - 1;

/** `inside/listing.ts` leaves them. */
export const beforeAllLines = (text: string): readonly (number | null)[] =>
  [...text.matchAll(/H(\d*);/gu)].map(([, line]) => (line === "" ? null : Number(line)));

export function runningAt({ isLoaded, begun, ended, isShared }: Trail, listing: TestListing): RunningTest {
  if (!isLoaded) return { phase: "loading", test: null, line: null, ended };
  const tests = thatRun(listing.tests);
  if (begun === 0)
    return { phase: "hook", ...placeOf(tests[0]), ...lineOfOnly(listing.beforeAllLines), ended };
  const place = placeOf(isShared ? undefined : tests[begun - 1]);
  return { phase: begun > ended ? "test" : "between", ...place, ended };
}

const placeOf = (test: TestCase | undefined): Pick<RunningTest, "test" | "line"> => ({
  test: test === undefined ? null : fullName(test),
  line: test?.line ?? null,
});

/** Where there are several, any of them may be the one. */
const lineOfOnly = (lines: readonly (number | null)[]): Partial<Pick<RunningTest, "line">> => {
  const [line] = lines;
  return lines.length === 1 && line !== undefined && line !== null ? { line } : {};
};
