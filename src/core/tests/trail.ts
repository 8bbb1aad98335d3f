/**
 * The trail that a test file leaves while it runs: a letter for each thing that begins or ends. It says which test ran
 * when the file was ended, whatever ended it.
 */
import { fullName, type RunningTest, type TestCase } from "./test-file.ts";

/** What the letters mean; `inside/trail.ts` writes them. */
export const TRAIL = { loaded: "L", begins: "b", ends: "e" } as const;

export interface Trail {
  /** All of the file was run, and its tests are known. */
  readonly isLoaded: boolean;
  readonly begun: number;
  readonly ended: number;
  /** The last that began did so while another one ran (`test.concurrent`): either may be the one that still runs. */
  readonly isShared: boolean;
}

export function readTrail(text: string): Trail {
  let [begun, ended, isShared] = [0, 0, false];
  for (const letter of text) {
    if (letter === TRAIL.ends) ended++;
    if (letter !== TRAIL.begins) continue;
    isShared = begun > ended;
    begun++;
  }
  return { isLoaded: text.includes(TRAIL.loaded), begun, ended, isShared: isShared && begun > ended };
}

/** Those that are not skipped. */
export const thatRun = (tests: readonly TestCase[]): readonly TestCase[] =>
  tests.filter(({ status }) => status === "passed" || status === "failed");

/** `listing`: all tests of the file in their order, those that are skipped too; empty = not known. */
export function runningAt(
  { isLoaded, begun, ended, isShared }: Trail,
  listing: readonly TestCase[],
): RunningTest {
  if (!isLoaded) return { phase: "loading", test: null, line: null };
  const last = isShared ? undefined : thatRun(listing)[begun - 1];
  const known = { test: last === undefined ? null : fullName(last), line: last?.line ?? null };
  if (begun === 0) return { phase: "hook", ...known };
  return { phase: begun > ended ? "test" : "between", ...known };
}
