/** What a system does not tell is decided safely: nobody dies of a reading that is missing. */
import { expect, test } from "bun:test";
import { group } from "../../../src/core/judge/group.ts";
import { emptyHistory } from "../../../src/core/judge/history.ts";
import { twinOf } from "../../../src/core/judge/lineage.ts";
import { AskedJob } from "../../../src/core/judge/evidence/evidence.ts";
import { matcherOf } from "../../../src/core/judge/match.ts";
import { isGone, sameSession } from "../../../src/core/process/process.ts";
import { pulseMs } from "../../../src/core/plan/next-delay.ts";
import { targetsOf } from "../../../src/core/plan/targets.ts";
import { rescan } from "../../../src/kill/rescan.ts";
import { aHelper, aPolicy, aProcess, aSelf, aSnapshot, GB, World } from "../../support/build.ts";

test.each([
  [1, 1, true],
  [1, 2, false],
  [null, 1, false],
  [1, null, false],
  [null, null, false],
])("sessions %p and %p are the same: %p", (a, b, same) => {
  expect(sameSession(a, b)).toBe(same);
});

test.each([
  ["zombie", null, true],
  ["zombie", 2, false],
  ["sleeping", null, false],
] as const)("a process that is %s with %p threads is gone: %p", (state, threads, gone) => {
  expect(isGone({ state, threads })).toBe(gone);
});

test("without sessions only Bun descendants die", () => {
  const victim = aProcess({ pid: 10, sid: null });
  const helper = aHelper({ pid: 11, ppid: 10, sid: null });
  const child = aProcess({ pid: 12, ppid: 11, sid: null });
  const snapshot = aSnapshot([victim, helper, child]);
  const jobs = group(snapshot, emptyHistory, aSelf());
  const { targets, left } = targetsOf(victim, jobs[0]!, jobs, emptyHistory, () => false);
  expect(targets.map(({ id }) => id.pid)).toEqual([10, 12]);
  expect(left.map(({ id }) => id.pid)).toEqual([11]);
  const again = rescan(snapshot, {
    members: [victim],
    isLiving: () => true,
    spared: new Set(),
    mayKill: () => true,
  });
  expect(again.found.map(({ id }) => id.pid)).toEqual([12]);
  expect(again.left.map(({ id }) => id.pid)).toEqual([11]);
});

test("without sessions nobody continues a job, but a leader of its own session", () => {
  const [one, other] = [aProcess({ pid: 10, sid: null }), aProcess({ pid: 11, sid: null })];
  expect(twinOf(one)).not.toBe(twinOf(other));
  expect(twinOf({ ...one, sid: 10 })).toBe(twinOf({ ...other, sid: 11 }));
});

test.each([
  [[false, false], false],
  [[false, null], null],
  [[null, true], true],
])("foreground of members %p: %p", (members, answer) => {
  const processes = members.map((foreground, at) =>
    aProcess({ pid: 10 + at, ppid: at === 0 ? 1 : 10, foreground }),
  );
  const [job] = group(aSnapshot(processes), emptyHistory, aSelf());
  expect(matcherOf({ foreground: true })(new AskedJob(job!, emptyHistory))).toBe(answer);
});

/** Sampled every ten seconds, at full CPU, as the portable backend would. */
const spinning = (seconds: number, facts: Partial<Parameters<typeof aProcess>[0]> = {}): World => {
  const world = new World();
  for (let at = 0; at <= seconds; at += 10) {
    const unread = { faults: null, ioBytes: null, ioCalls: null, demandNs: null, memoryBytes: null };
    world.see(at * 1_000, [aProcess({ pid: 10, ageMs: at * 1_000, cpuMs: at * 1_000, ...unread, ...facts })]);
  }
  return world;
};

test.each(["monitor", "one-shot"] as const)(
  "CPU without any reading of progress is suspect for ever (%s)",
  (look) => {
    const verdict = spinning(290).verdict(10, "cpu", look);
    expect(verdict).toMatchObject({ decision: "suspect", value: 100 });
    expect(verdict?.evidence).toContain("whether it gets anywhere cannot be told: its reads and writes");
  },
);

test("reads and writes that stand still prove nothing while page faults are unknown, and movement does", () => {
  const still = spinning(290, { ioBytes: 0, ioCalls: 0 }).verdict(10, "cpu");
  expect(still).toMatchObject({ decision: "suspect" });
  expect(still?.evidence).toContain("its page faults could not be read");
  const world = new World();
  for (let at = 0; at <= 90; at += 10) {
    const io = { ioBytes: at * 5e6, ioCalls: at * 1_000 };
    world.see(at * 1_000, [aProcess({ pid: 10, ageMs: at * 1_000, cpuMs: at * 1_000, faults: null, ...io })]);
  }
  const moving = world.verdict(10, "cpu");
  expect(moving).toMatchObject({ decision: "suspect" });
  expect(moving?.evidence).toMatch(/but makes progress: \S+ \S+ read or written in the last 10 s/);
});

test("memory that is unknown is not over, and nothing looks more often for it", () => {
  const verdict = spinning(10, { rssBytes: 8 * GB }).verdict(10, "memory");
  expect(verdict).toMatchObject({ decision: "ok", value: null });
  expect(pulseMs(null)).toBe(5_000);
});

/** Four jobs where three are allowed; the youngest is the first to go. */
const crowd = (facts: Partial<Parameters<typeof aProcess>[0]>): World => {
  const world = new World(aPolicy({ limits: { ...aPolicy().limits, concurrency: 3 } }));
  const at = (seconds: number) =>
    [10, 11, 12, 13].map((pid) =>
      aProcess({ pid, argv: ["bun", `${pid}.ts`], ageMs: 60_000 - pid * 100 + seconds * 1_000, ...facts }),
    );
  return world.see(0, at(0)).see(10_000, at(10));
};

test("a job that may be in a terminal's foreground is not stopped for another's sake", () => {
  expect(crowd({ foreground: null }).verdict(13, "concurrency")).toBeUndefined();
});

test("a lack of progress that nobody could see is no reason", () => {
  expect(crowd({ faults: null }).verdict(13, "concurrency")?.evidence).toContain("it is the youngest");
});
