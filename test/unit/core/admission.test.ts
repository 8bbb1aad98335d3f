import { describe, expect, test } from "bun:test";
import {
  aheadOf,
  fills,
  isAdmitted,
  standingOf,
  type Here,
  type SlotStanding,
} from "../../../src/core/slots/admission.ts";
import { parseSlotRecord, slotText } from "../../../src/core/slots/slot-record.ts";
import { NO_LIMITS, type SlotRecord } from "../../../src/core/process/slot.ts";

const record: SlotRecord = {
  schemaVersion: 1,
  jobId: "100-7-70-1",
  name: "api",
  command: "bun run dev",
  owner: { kind: "gate", pid: 7, startTicks: 70, exe: "1:2" },
  root: { pid: 8, startTicks: 71, exe: null },
  place: { kind: "hybrid", directory: "/sys/fs/cgroup/a", memoryDirectory: null, capDirectories: [] },
  pidNamespace: "100",
  bootId: "boot",
  sinceMs: 1_000,
  depth: 0,
  counts: true,
  project: "/p",
  limits: { memoryBytes: 2 ** 30, cpuPercent: 80, deadlineMs: 61_000 },
  keep: false,
};

const here = (alive: boolean): Here => ({ bootId: "boot", pidNamespace: "100", isAlive: () => alive });

describe("a slot", () => {
  test.each<[string, Partial<SlotRecord>, boolean, SlotStanding, boolean?]>([
    ["is held while its wrapper lives", {}, true, "held"],
    ["is looked after by nobody when that is dead", {}, false, "orphaned"],
    ["of another boot is free", { bootId: "before" }, true, "free"],
    ["that is locked is held, whatever its pid says here", { pidNamespace: "101" }, false, "held", true],
    ["that is locked is held, whatever it says of its boot", { bootId: "" }, false, "held", true],
    ["of another PID namespace without a lock is nobody's", { pidNamespace: "101" }, true, "orphaned"],
    ["of another boot and namespace is free", { pidNamespace: "101", bootId: "x" }, true, "free"],
    ["whose root is not known yet is held by its wrapper", { root: null }, true, "held"],
  ])("%s", (_what, change, alive, standing, held = false) => {
    expect(standingOf({ record: { ...record, ...change }, held }, here(alive))).toBe(standing);
  });

  test.each([
    [{}, "/p", true],
    [{}, "/other", false],
    [{}, null, true],
    [{ project: null }, "/other", true],
    [{ counts: false }, "/p", false],
  ])("%j fills the slots of %p: %p", (change, sharing, does) => {
    expect(fills({ ...record, ...change }, sharing)).toBe(does);
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
  const all = [3, 5, 9].map((number) => ({ number, queue: 1 }));
  const others = [{ number: 1, queue: 2 }, ...all];
  expect(aheadOf(others, 1, null)).toEqual(all);
  expect(aheadOf(others, 1, { number: 5, queue: 1 })).toEqual([{ number: 3, queue: 1 }]);
  expect(aheadOf(others, 1, { number: 3, queue: 1 })).toEqual([]);
});

describe("a record's text", () => {
  test.each<SlotRecord["place"]>([
    record.place,
    { kind: "hybrid", directory: "/a", memoryDirectory: "/b", capDirectories: ["/c"] },
    { kind: "cgroup2", directory: "/a" },
    { kind: "marker" },
  ])("is read as it was written (%j)", (place) => {
    for (const each of [
      { ...record, place },
      { ...record, place, root: null, name: null },
    ])
      expect(parseSlotRecord(slotText(each))).toEqual(each);
  });

  test("says who looks after the job; one of an older version knows a wrapper only", () => {
    for (const kind of ["gate", "manager", "runner"] as const)
      expect(parseSlotRecord(slotText({ ...record, owner: { ...record.owner, kind } }))?.owner.kind).toBe(
        kind,
      );
    const { owner, ...older } = record;
    expect(
      parseSlotRecord(JSON.stringify({ ...older, wrapper: { pid: 7, startTicks: 70, exe: "1:2" } })),
    ).toEqual({
      ...record,
      owner: { ...owner, kind: "gate" },
    });
  });

  test("of an older version says nothing of a project, and holds nobody to anything", () => {
    const { project: _, limits: _limits, keep: _keep, ...older } = record;
    expect(parseSlotRecord(JSON.stringify(older))).toEqual({
      ...record,
      project: null,
      limits: NO_LIMITS,
      keep: false,
    });
    const odd = { ...record, limits: { memoryBytes: "1", cpuPercent: null, deadlineMs: {} } };
    expect(parseSlotRecord(JSON.stringify(odd))?.limits).toEqual(NO_LIMITS);
    const endless = JSON.stringify({ ...record, limits: { ...NO_LIMITS, memoryBytes: 7 } }).replace(
      '"memoryBytes":7',
      '"memoryBytes":1e999',
    );
    expect(parseSlotRecord(endless)?.limits).toEqual(NO_LIMITS);
  });

  test.each([
    "",
    "{",
    "null",
    "[]",
    "3",
    JSON.stringify({ ...record, schemaVersion: 2 }),
    JSON.stringify({ ...record, jobId: "../../etc/passwd" }),
    JSON.stringify({ ...record, owner: null }),
    JSON.stringify({ ...record, owner: { kind: "gate", pid: -1, startTicks: 1 } }),
    JSON.stringify({ ...record, owner: { kind: "gate", pid: "7", startTicks: 1 } }),
    JSON.stringify({ ...record, place: { kind: "elsewhere" } }),
    JSON.stringify({ ...record, place: { kind: "cgroup2" } }),
    JSON.stringify({ ...record, place: { kind: "elsewhere", directory: "/a" } }),
    JSON.stringify({ ...record, place: "marker" }),
    JSON.stringify({ ...record, command: 3 }),
    JSON.stringify({ ...record, bootId: null }),
    JSON.stringify({ ...record, depth: "1" }),
    JSON.stringify({ ...record, counts: "yes" }),
  ])("that is no record of ours is none: %s", (text) => {
    expect(parseSlotRecord(text)).toBeNull();
  });
});
