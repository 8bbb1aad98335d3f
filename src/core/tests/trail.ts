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
}

export const readTrail = (text: string): Trail => ({
  isLoaded: text.includes(TRAIL.loaded),
  begun: text.split(TRAIL.begins).length - 1,
  ended: text.split(TRAIL.ends).length - 1,
});

/** `listing`: all tests of the file in their order, those that are skipped too; empty = not known. */
export function runningAt({ isLoaded, begun, ended }: Trail, listing: readonly TestCase[]): RunningTest {
  if (!isLoaded) return { phase: "loading", test: null, line: null };
  const last = listing.filter(({ status }) => status === "passed" || status === "failed")[begun - 1];
  const known = { test: last === undefined ? null : fullName(last), line: last?.line ?? null };
  if (begun === 0) return { phase: "hook", ...known };
  return { phase: begun > ended ? "test" : "between", ...known };
}
