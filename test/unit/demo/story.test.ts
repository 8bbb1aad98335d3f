import { expect, test } from "bun:test";
import { readyPids } from "../../../src/demo/players.ts";
import { howItEnded, tell, isSuccess, type InnocentEnd, type RunawayEnd } from "../../../src/demo/verdict.ts";
import type { Outcome, Signal, TargetOutcome } from "../../../src/core/plan/outcome.ts";

const id = { pid: 7, startTicks: 1, exe: null };
const ended = (
  tookMs: number,
  signals: readonly Signal[],
  result: Outcome = { outcome: "gone" },
): TargetOutcome => ({
  id,
  startTimeMs: 0,
  command: "bun x.ts",
  result,
  signals,
  tookMs,
});

test.each<[readonly TargetOutcome[], string]>([
  [[ended(20, ["SIGTERM"])], "SIGTERM was enough, gone at once"],
  [[ended(300, ["SIGTERM"])], "SIGTERM was enough, gone after 0.3 s"],
  [[ended(2_040, ["SIGTERM", "SIGSTOP", "SIGKILL"])], "ignored SIGTERM for 2 s, so SIGKILL; gone"],
  [[ended(20, ["SIGKILL"])], "SIGKILL without a grace, gone at once"],
  [
    [ended(20, ["SIGTERM"]), ended(400, ["SIGTERM"])],
    "all 2 processes: SIGTERM was enough, gone after 0.4 s",
  ],
  [
    [ended(20, ["SIGTERM"]), ended(400, ["SIGSTOP", "SIGKILL"])],
    "all 2 processes: frozen first, then SIGKILL, gone after 0.4 s",
  ],
  [[ended(20, ["SIGTERM"]), ended(20, ["SIGKILL"], { outcome: "survived" })], "7 survived SIGKILL"],
])("how it ended: %j", (outcomes, words) => {
  expect(howItEnded(outcomes)).toBe(words);
});

test("what survives is never told as dead", () => {
  const victim = { id, command: "bun x.ts" };
  const event = { type: "outcome", atMs: 0, stepId: "1", victim, rule: "timeout", left: [] } as const;
  expect(tell({ ...event, outcomes: [ended(1, ["SIGTERM"])] })).toMatchObject({ pid: 7, word: "dead" });
  expect(tell({ ...event, outcomes: [ended(1, ["SIGKILL"], { outcome: "survived" })] })).toMatchObject({
    word: "alive!",
  });
});

test.each([
  ["ready 12\n", [12]],
  ["port 80\nready 12 13 14\n", [12, 13, 14]],
  ["ready 12", [12]],
  ["not ready 12\n", null],
  ["", null],
])("ready line in %j", (output, pids) => {
  expect(readyPids(output)).toEqual(pids);
});

const runaway: RunawayEnd = {
  name: "a.ts",
  pid: 1,
  processes: 1,
  dead: true,
  rule: "cpu",
  evidence: "e",
  signals: ["SIGTERM"],
  tookMs: 1,
  how: "h",
};
const innocent: InnocentEnd = { name: "b.ts", pid: 2, alive: true, proof: "p" };

test("success is all of it: dead by the watchdog's hand, and alive", () => {
  expect(isSuccess({ runaways: [runaway], innocents: [innocent] })).toBe(true);
  expect(isSuccess({ runaways: [runaway, { ...runaway, dead: false }], innocents: [innocent] })).toBe(false);
  expect(isSuccess({ runaways: [{ ...runaway, rule: null }], innocents: [innocent] })).toBe(false);
  expect(isSuccess({ runaways: [runaway], innocents: [{ ...innocent, alive: false }] })).toBe(false);
});
