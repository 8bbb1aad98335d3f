import { describe, expect, test } from "bun:test";
import { NOTED, type Run, taskStanding, type TaskStanding } from "../../../src/upkeep/store/ledger.ts";

const ran = (slotMs: number): Run => ({ slotMs, atMs: slotMs, result: "done" });
const noted = (slotMs: number): Run => ({ slotMs, atMs: slotMs, result: NOTED });
const begun = (slotMs: number): Run => ({ slotMs, atMs: slotMs, result: null });

test.each<[what: string, latest: number | null, runs: readonly Run[], standing: TaskStanding["standing"]]>([
  ["no slot up to now", null, [], "none"],
  ["the very first start: nothing was missed", 10, [], "unknown"],
  ["the slot of the first start", 10, [noted(10)], "done"],
  ["the next slot", 20, [noted(10)], "due"],
  ["a slot that ran", 20, [noted(10), ran(20)], "done"],
  ["many missed slots: the latest stands for all", 90, [noted(10), ran(20)], "due"],
  ["begun, and its process died", 20, [noted(10), begun(20)], "due"],
  ["begun long ago: the later slot makes it up", 30, [noted(10), begun(20)], "due"],
  ["the clock was set back to a slot that ran", 20, [noted(10), ran(20), ran(30)], "done"],
  ["the clock was set back to before the first start", 5, [noted(10), ran(20)], "unknown"],
  ["the same slot again, after that", 5, [noted(10), ran(20), noted(5)], "done"],
  [
    "the clock was a year ahead once: the slots until then still run",
    30,
    [noted(10), ran(20), ran(400)],
    "due",
  ],
  ["and the one of that year does not run twice", 400, [noted(10), ran(20), ran(30), ran(400)], "done"],
])("%s", (_, latest, runs, expected) => {
  expect(taskStanding(latest, runs).standing).toBe(expected);
});

/** A clock that goes wherever it likes, over slots at every multiple of 10, as a machine that keeps the record would. */
function play(times: readonly number[]): readonly number[] {
  const runs: Run[] = [];
  const slots: number[] = [];
  for (const nowMs of times) {
    const at = taskStanding(Math.floor(nowMs / 10) * 10, runs);
    if (at.standing === "unknown") runs.push(noted(at.slotMs));
    if (at.standing !== "due") continue;
    runs.push(ran(at.slotMs));
    slots.push(at.slotMs);
  }
  return slots;
}

describe("each slot runs at most once, and none is lost for ever", () => {
  test.each<[what: string, times: readonly number[], slots: readonly number[]]>([
    ["a clock that goes on", [5, 12, 15, 21, 35], [10, 20, 30]],
    ["three slots missed", [12, 18, 55, 58], [50]],
    ["forward and back", [12, 905, 13, 14, 25], [900, 20]],
    ["back and forward", [52, 12, 13, 53, 54, 61], [60]],
    ["back before the beginning, and on from there", [52, 12, 25, 35], [20, 30]],
    ["to and fro", [12, 25, 12, 25, 12, 25], [20]],
  ])("%s", (_, times, slots) => {
    expect(play(times)).toEqual([...slots]);
  });
});
