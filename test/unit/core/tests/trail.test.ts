/** What a test file has left while it ran. */
import { expect, test } from "bun:test";
import { attemptsIn, beforeAllLines, readTrail } from "../../../../src/core/tests/trail.ts";

const NOTHING = { isLoaded: false, begun: 0, ended: 0, isShared: false };

test.each([
  ["nothing: it was loaded", "", NOTHING],
  ["a hook before the first test", "L0 0 0", { ...NOTHING, isLoaded: true }],
  ["the second test", "L2 1 0", { isLoaded: true, begun: 2, ended: 1, isShared: false }],
  ["two that run at a time", "L2 0 1", { isLoaded: true, begun: 2, ended: 0, isShared: true }],
  [
    "lines: the last one is the newest",
    "L1 0 0\nL1 1 0\nL12 11 0",
    { isLoaded: true, begun: 12, ended: 11, isShared: false },
  ],
  [
    "a line that another one has taken the beginning of",
    "\nL1 1 00 0\0\0\nL2 1 0",
    { isLoaded: true, begun: 2, ended: 1, isShared: false },
  ],
  ["what somebody else has put there", "L-1 x", NOTHING],
])("%s", (_name, text, trail) => expect(readTrail(text)).toEqual(trail));

test("a listing has a letter for each attempt, and the lines of hooks", () => {
  const text = "H12;bH;bb";
  expect([attemptsIn(text), beforeAllLines(text)]).toEqual([3, [12, null]]);
});
