import { describe, expect, test } from "bun:test";
import { aheadOf, isAdmitted, standingOf, type Here, type Standing } from "../../../src/core/admission.ts";
import { parseSlotRecord, slotText } from "../../../src/core/slot-record.ts";
import type { SlotRecord } from "../../../src/core/slot.ts";

const record: SlotRecord = {
  schemaVersion: 1,
  jobId: "100-7-70-1",
  name: "api",
  command: "bun run dev",
  wrapper: { pid: 7, startTicks: 70, exe: "1:2" },
  root: { pid: 8, startTicks: 71, exe: null },
  place: { kind: "hybrid", directory: "/sys/fs/cgroup/a", memoryDirectory: null },
  pidNamespace: "100",
  bootId: "boot",
  sinceMs: 1_000,
  depth: 0,
  counts: true,
};

const here = (alive: boolean): Here => ({ bootId: "boot", pidNamespace: "100", isAlive: () => alive });

describe("a slot", () => {
  test.each<[string, Partial<SlotRecord>, boolean, Standing]>([
    ["is held while its wrapper lives", {}, true, "held"],
    ["is looked after by nobody when that is dead", {}, false, "orphaned"],
    ["of another boot is free", { bootId: "before" }, true, "free"],
    ["of another PID namespace is held", { pidNamespace: "101" }, false, "foreign"],
    ["of another boot and namespace is free", { pidNamespace: "101", bootId: "x" }, true, "free"],
    ["whose root is not known yet is held by its wrapper", { root: null }, true, "held"],
  ])("%s", (_what, change, alive, standing) => {
    expect(standingOf({ ...record, ...change }, here(alive))).toBe(standing);
  });
});

test.each([
  [null, 99, 99, 99, true],
  [3, 0, 0, 0, true],
  [3, 2, 0, 0, true],
  [3, 3, 0, 0, false],
  [3, 2, 1, 0, false],
  [3, 1, 1, 0, true],
  // one is free, and somebody was here before
  [3, 2, 0, 1, false],
  // enough for both
  [3, 1, 0, 1, true],
  // the limit was lowered, or more runs outside than may
  [3, 5, 0, 0, false],
  [3, 0, 9, 0, false],
])("limit %p, %p held, %p outside, %p ahead: admitted %p", (limit, held, ungated, ahead, admitted) => {
  expect(isAdmitted({ limit, held, ungated, ahead })).toBe(admitted);
});

test("who has no ticket comes after all that have one", () => {
  const queue = [{ number: 3 }, { number: 5 }, { number: 9 }];
  expect(aheadOf(queue, null)).toEqual(queue);
  expect(aheadOf(queue, { number: 5 })).toEqual([{ number: 3 }]);
  expect(aheadOf(queue, { number: 3 })).toEqual([]);
});

describe("a record's text", () => {
  test.each<SlotRecord["place"]>([
    record.place,
    { kind: "hybrid", directory: "/a", memoryDirectory: "/b" },
    { kind: "cgroup2", directory: "/a" },
    { kind: "marker" },
  ])("is read as it was written (%j)", (place) => {
    for (const each of [
      { ...record, place },
      { ...record, place, root: null, name: null },
    ])
      expect(parseSlotRecord(slotText(each))).toEqual(each);
  });

  test.each([
    "",
    "{",
    "null",
    "[]",
    "3",
    JSON.stringify({ ...record, schemaVersion: 2 }),
    JSON.stringify({ ...record, jobId: "../../etc/passwd" }),
    JSON.stringify({ ...record, wrapper: null }),
    JSON.stringify({ ...record, wrapper: { pid: -1, startTicks: 1 } }),
    JSON.stringify({ ...record, wrapper: { pid: "7", startTicks: 1 } }),
    JSON.stringify({ ...record, place: { kind: "elsewhere" } }),
    JSON.stringify({ ...record, place: { kind: "cgroup2" } }),
    JSON.stringify({ ...record, counts: "yes" }),
  ])("that is no record of ours is none: %s", (text) => {
    expect(parseSlotRecord(text)).toBeNull();
  });
});
