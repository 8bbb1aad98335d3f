/** The gate's books: what holds a slot, what holds a place in the queue, and when somebody who waits is woken. */
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { slotText } from "../../../src/core/slots/slot-record.ts";
import { NO_LIMITS, type SlotRecord } from "../../../src/core/process/slot.ts";
import { gatedJobs } from "../../../src/os/gated-jobs.ts";
import { countUngatedBun } from "../../../src/os/linux/gatehouse/count-ungated.ts";
import { isHeld, lockFile } from "../../../src/os/linux/gatehouse/flock.ts";
import { linuxGate } from "../../../src/os/linux/gatehouse/gated-jobs.ts";
import { openGatehouse, slotsOf } from "../../../src/os/linux/gatehouse/gatehouse.ts";
import { hasSlot, holdSlot, readSlots, slotsAt } from "../../../src/os/linux/gatehouse/slot-files.ts";
import { ProcFiles } from "../../../src/os/linux/proc/proc-files.ts";
import { processId } from "../../../src/os/linux/proc/process-id.ts";
import { ownBootId, ownPidNamespace } from "../../../src/os/linux/proc/this-process.ts";

const scratch = (): string => mkdtempSync(join(tmpdir(), "bun-watchdog-gate-"));
const self = processId(process.pid)!;
const namespace = ownPidNamespace();
const jobId = (number: number, pid = self.pid): string => `${namespace}-${pid}-${self.startTicks}-${number}`;

/** Nobody has a pid as large as that (PID_MAX_LIMIT). */
const NOBODY = 4_194_305;

const record = (id: string, more: Partial<SlotRecord> = {}): SlotRecord => ({
  schemaVersion: 1,
  jobId: id,
  name: null,
  command: "bun work.ts",
  owner: { ...self, kind: "gate" },
  root: null,
  place: { kind: "marker" },
  pidNamespace: namespace,
  bootId: ownBootId(),
  sinceMs: 1,
  depth: 0,
  counts: true,
  project: null,
  limits: NO_LIMITS,
  keep: false,
  ...more,
});

describe("a slot", () => {
  test("is held by a lock, with its record beside it, until it is given back", () => {
    const slots = scratch();
    const held = holdSlot(slots, jobId(1));
    // a full disk: it has no record, and is held all the same
    expect(slotsAt(slots)).toMatchObject([{ held: true, record: { jobId: jobId(1), counts: true } }]);
    held.write(record(jobId(1), { name: "mine" }));
    expect(slotsAt(slots)).toMatchObject([{ held: true, record: { jobId: jobId(1), name: "mine" } }]);
    held[Symbol.dispose]();
    expect(readdirSync(slots)).toEqual([]);
    expect(hasSlot(slots, jobId(1))).toBe(false);
  });

  test("is not held by what somebody dead has left", () => {
    const slots = scratch();
    writeFileSync(join(slots, `${jobId(1)}.lock`), "");
    writeFileSync(join(slots, `${jobId(2)}.json`), slotText(record(jobId(2))));
    expect(slotsAt(slots).map(({ held, record: { jobId: id } }) => [id, held])).toEqual([
      [jobId(2), false],
      [jobId(1), false],
    ]);
  });

  test("is no record under another name, and nothing else", () => {
    const slots = scratch();
    writeFileSync(join(slots, `${jobId(1)}.json`), slotText(record(jobId(2))));
    writeFileSync(join(slots, "note.json"), "{}");
    expect(readSlots(slots)).toEqual([]);
    expect(slotsAt(slots)).toEqual([]);
  });
});

test("a lock keeps everybody else out, and goes with its owner", () => {
  const path = join(scratch(), "lock");
  expect(isHeld(path)).toBe(false);
  const lock = lockFile(path);
  expect(isHeld(path)).toBe(true);
  lock[Symbol.dispose]();
  expect(isHeld(path)).toBe(false);
});

describe("a gated job is looked after", () => {
  const { isLookedAfter, isOfThisBoot } = linuxGate();
  const elsewhere = { pidNamespace: "1" };

  test("by a wrapper that lives here, or whose lock says so, wherever it lives", () => {
    const slots = scratch();
    expect(isLookedAfter(record(jobId(1)), slots)).toBe(true);
    expect(isLookedAfter(record(jobId(1), { owner: { ...self, kind: "gate", startTicks: 1 } }), slots)).toBe(
      false,
    );
    // the pid means nobody of ours
    expect(isLookedAfter(record(jobId(1), elsewhere), slots)).toBe(false);
    using _ = holdSlot(slots, jobId(1));
    expect(isLookedAfter(record(jobId(1), elsewhere), slots)).toBe(true);
  });

  test("of another boot nothing lives", () => {
    expect(isOfThisBoot(record(jobId(1)))).toBe(true);
    expect(isOfThisBoot(record(jobId(1), { bootId: "another" }))).toBe(false);
  });
});

test("whoever watches is told of a job whose wrapper is dead, as long as somebody of it lives", () => {
  const runtime = scratch();
  const slots = join(runtime, "gate-user/slots");
  mkdirSync(slots, { recursive: true });
  const left = new Map([
    [jobId(1), [60]],
    [jobId(2), [61]],
    [jobId(3), []],
    [jobId(4), [62]],
  ]);
  const records = [
    record(jobId(1)),
    record(jobId(2), {
      owner: { ...self, kind: "gate", startTicks: 1 },
      limits: { ...NO_LIMITS, deadlineMs: 1 },
    }),
    record(jobId(3), { owner: { ...self, kind: "gate", startTicks: 1 } }),
    record(jobId(4), { owner: { ...self, kind: "gate", startTicks: 1 }, bootId: "another" }),
  ];
  for (const each of records) writeFileSync(join(slots, `${each.jobId}.json`), slotText(each));
  const jobs = gatedJobs(() => [runtime], {
    ...linuxGate(),
    membersOf: ({ jobId: id }) => new Set(left.get(id)),
  });
  const [mine, abandoned, ...others] = jobs
    .now()
    .toSorted((a, b) => (a.record.jobId < b.record.jobId ? -1 : 1));
  expect(others).toEqual([]);
  expect(mine).toMatchObject({ record: { jobId: jobId(1) }, abandoned: null });
  expect(abandoned).toMatchObject({ record: { jobId: jobId(2) }, pids: new Set([61]) });
  expect(abandoned?.abandoned?.overdueMs).toBeGreaterThan(0);
});

test("a deadline is the time that was given, whatever the clock on the wall says now", () => {
  const { ranMs } = linuxGate();
  const hour = 3_600_000;
  const since = (sinceMs: number) => ({ sinceMs, limits: { ...NO_LIMITS, deadlineMs: sinceMs + 2 * hour } });
  const steps = [-3, 0, 3].map((hours) =>
    ranMs(record(jobId(1), { root: self, ...since(Date.now() - hours * hour) })),
  );
  for (const ran of steps) expect(ran).toBeWithin(0, hour);
  const unwritten = ranMs(
    record(jobId(1), { root: null, owner: { ...self, kind: "gate" }, ...since(Date.now() - 3 * hour) }),
  );
  expect(unwritten).toBeWithin(0, hour);
});

describe("the queue", () => {
  const owner = { ...self, pidNamespace: namespace };

  test("is in the order of arrival; who leaves is out of it", () => {
    const house = openGatehouse(scratch());
    const first = house.take(owner, 7);
    using second = house.take(owner, 7);
    expect(house.queue().map(({ number, queue }) => [number, queue])).toEqual([
      [1, 7],
      [2, 7],
    ]);
    first[Symbol.dispose]();
    expect(house.queue().map(({ number }) => number)).toEqual([second.number]);
  });

  test("forgets the dead", () => {
    const directory = scratch();
    const house = openGatehouse(directory);
    const dead = join(directory, "tickets", `0000000001-${jobId(7)}`);
    writeFileSync(dead, "");
    expect(house.queue()).toEqual([]);
    expect(existsSync(dead)).toBe(false);
  });

  // what does not wake them would do so after ten minutes
  const LONG_MS = 600_000;

  test("who waits for a slot that has become free meanwhile is woken at once", async () => {
    const house = openGatehouse(scratch());
    await house.changed({ for: "slot", slots: [record(jobId(1))] }, LONG_MS);
  });

  test("who waits behind somebody who has ended meanwhile is woken at once", async () => {
    const house = openGatehouse(scratch());
    using dead = house.take({ ...owner, pid: NOBODY }, 7);
    await house.changed({ for: "turn", before: dead }, LONG_MS);
  });

  test("so is who waits behind somebody who has left", async () => {
    const house = openGatehouse(scratch());
    const left = house.take(owner, 7);
    left[Symbol.dispose]();
    await house.changed({ for: "turn", before: left }, LONG_MS);
  });

  test("and who waits when a slot is given back", async () => {
    const directory = scratch();
    const house = openGatehouse(directory);
    const slot = holdSlot(slotsOf(directory), jobId(1));
    const woken = house.changed({ for: "slot", slots: [record(jobId(1))] }, LONG_MS);
    await Bun.sleep(50);
    slot[Symbol.dispose]();
    await woken;
  });
});

test("Bun outside of the gate: not gated jobs, not our own programs, not other programs", () => {
  const root = scratch();
  const add = (pid: number, exe: string, argv: readonly string[], environment = ""): void => {
    mkdirSync(join(root, String(pid)));
    symlinkSync(exe, join(root, String(pid), "exe"));
    writeFileSync(join(root, String(pid), "cmdline"), argv.map((text) => `${text}\0`).join(""));
    writeFileSync(join(root, String(pid), "environ"), environment);
  };
  add(10, "/usr/bin/bun", ["bun", "work.ts"], "HOME=/\0");
  add(11, "/usr/bin/bun (deleted)", ["bun", "work.ts"]);
  add(12, "/usr/bin/bun", ["bun", "work.ts"], `HOME=/\0BUN_WATCHDOG_JOB=${jobId(1)}\0`);
  add(13, "/usr/bin/bun", ["bun", resolve(import.meta.dir, "../../../scripts/bun-wrapper.ts"), "work.ts"]);
  add(16, "/usr/bin/bun", ["bun", "/x/bun-wrapper.ts", "somebody's own"]);
  add(14, "/usr/bin/node", ["node", "work.js"]);
  add(15, "/usr/bin/bun", ["bun", "myself.ts"]);
  using proc = new ProcFiles(root);
  expect(countUngatedBun(proc, 15)).toBe(3);
});
