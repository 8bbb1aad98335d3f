import { describe, expect, test } from "bun:test";
import type { ProcessSample } from "../../../src/core/process/process.ts";
import { executed } from "../../../src/kill/executed.ts";
import { reusedPid, withoutFound, type StaleTarget } from "../../../src/kill/stale-target.ts";
import { other, sample, snapshot } from "../launch/samples.ts";

const held = sample(10, 1);
const as = (exe: string | null, more: Partial<ProcessSample> = {}): ProcessSample =>
  sample(10, 1, { id: { ...held.id, exe }, ...more });
const changed: StaleTarget = { sample: held, result: { outcome: "identity-changed" } };

describe("what a target has become by execve(2)", () => {
  test.each<[string, ProcessSample, boolean]>([
    ["another Bun", as("8:2"), true],
    ["a compiled one", as("8:2", { runtime: "compiled" }), true],
    ["something else", other(10, 1, { id: { ...held.id, exe: "8:2" } }), false],
    ["the same", as("8:1"), false],
    ["nobody can say what", as(null), false],
    ["a process that started later", as("8:2", { id: { pid: 10, startTicks: 101, exe: "8:2" } }), false],
    ["a zombie", as("8:2", { state: "zombie", threads: 1 }), false],
  ])("%s", (_name, now, isOurs) => {
    expect(executed([held], [], snapshot(now))).toEqual(isOurs ? [now] : []);
    expect(executed([], [changed], snapshot(now))).toEqual(isOurs ? [now] : []);
  });

  test("of one whose own executable could not be read nothing is known", () =>
    expect(executed([as(null)], [], snapshot(as("8:2")))).toEqual([]));

  test("who was told to be somebody else has become nothing", () =>
    expect(executed([], [reusedPid(held)], snapshot(as("8:2")))).toEqual([]));

  test("who was gone has become nothing", () =>
    expect(executed([], [{ sample: held, result: { outcome: "gone" } }], snapshot(as("8:2")))).toEqual([]));
});

test("who was planned as another program and is found as a member is told of once; who was gone is told of", () => {
  const gone: StaleTarget = { sample: held, result: { outcome: "gone" } };
  expect(withoutFound([changed], [{ sample: as("8:2") }])).toEqual([]);
  expect(withoutFound([changed], [{ sample: sample(11, 10) }])).toEqual([changed]);
  expect(withoutFound([gone], [{ sample: as("8:2") }])).toEqual([gone]);
});
