/** Looks in, rows out: what the history keeps of a job's life, of a process over a limit, of a minute. */
import { expect, test } from "bun:test";
import {
  beginChronicle,
  finish,
  hear,
  observe,
  type Chronicle,
} from "../../../src/history/chronicle/chronicle.ts";
import { noRows, type JobRow, type Rows } from "../../../src/history/chronicle/rows.ts";
import type { WatchdogEvent } from "../../../src/core/plan/event.ts";
import type { ProcessSample } from "../../../src/core/process/process.ts";
import { aHelper, aPolicy, aProcess, GB, MB, World } from "../../support/build.ts";

/** A minute begins here. */
const START_MS = 1_800_000_000_000;

/** The deciding half and the chronicle over several looks, `atMs` after the start. */
class Recorded {
  readonly world: World;
  chronicle: Chronicle;

  constructor(world = new World(), chronicle: Chronicle = beginChronicle()) {
    this.world = world;
    this.chronicle = chronicle;
  }

  look(afterMs: number, processes: readonly ProcessSample[], wallMs = START_MS + afterMs): Rows {
    // a process grows older with every look
    const aged = processes.map((process) => ({ ...process, ageMs: process.ageMs + afterMs }));
    this.world.see(afterMs, aged);
    const { chronicle, rows } = observe(this.chronicle, {
      atMs: wallMs,
      monotonicMs: afterMs,
      machine: { availableBytes: 8 * GB },
      judgement: this.world.judge(),
      history: this.world.history,
    });
    this.chronicle = chronicle;
    return rows;
  }

  hear(event: WatchdogEvent): void {
    this.chronicle = hear(this.chronicle, event);
  }
}

const young = (facts: Parameters<typeof aProcess>[0]): ProcessSample =>
  aProcess({ ageMs: 0, startTimeMs: START_MS, ...facts });

const intent = (jobId: string): WatchdogEvent => ({
  type: "intent",
  atMs: START_MS,
  stepId: `${jobId}@1`,
  victim: { id: { pid: 10, startTicks: 10, exe: "8:1" }, command: "bun script.ts" },
  targets: [],
  rule: "cpu",
  evidence: "a test",
  signal: "SIGTERM",
  limit: 80,
  value: 100,
  jobId,
  kind: "run",
  cwd: "/",
});

const outcome = (jobId: string): WatchdogEvent => ({
  type: "outcome",
  atMs: START_MS,
  stepId: `${jobId}@1`,
  victim: { id: { pid: 10, startTicks: 10, exe: "8:1" }, command: "bun script.ts" },
  rule: "cpu",
  outcomes: [],
  left: [],
});

test("the looks of one minute are one row: the most of everything, the least of what is free, the mean of the CPU", () => {
  const watch = new Recorded();
  const [a, b] = [young({ pid: 10, memoryBytes: 100 * MB }), young({ pid: 11, memoryBytes: 50 * MB })];
  expect(watch.look(0, [a]).ticks).toEqual([]);
  expect(watch.look(10_000, [{ ...a, cpuMs: 4_000 }, b]).ticks).toEqual([]);
  expect(watch.look(20_000, [{ ...a, cpuMs: 6_000 }]).ticks).toEqual([]);
  expect(watch.look(60_000, [a]).ticks).toEqual([
    {
      atMs: START_MS,
      spanMs: 60_000,
      looks: 3,
      processes: 2,
      jobs: 2,
      counted: 2,
      memoryBytes: 150 * MB,
      // 0, 40 and 20 % of a core
      cpuPercent: 20,
      cpuPercentMax: 40,
      availableBytes: 8 * GB,
    },
  ]);
  expect(finish(watch.chronicle).ticks).toMatchObject([{ atMs: START_MS + 60_000, looks: 1 }]);
});

test("a clock that is set back begins another row, it does not stretch one", () => {
  const watch = new Recorded();
  watch.look(0, []);
  const rows = watch.look(10_000, [], START_MS - 3_600_000);
  expect(rows.ticks).toMatchObject([{ atMs: START_MS, looks: 1 }]);
});

test("a job has a row when it begins, every five minutes, and when it has ended", () => {
  const watch = new Recorded();
  const job = young({ pid: 10, cpuMs: 100, memoryBytes: 40 * MB });
  expect(watch.look(0, [job]).jobs).toEqual([
    {
      id: "10:10",
      beganMs: START_MS,
      seenMs: START_MS,
      endedMs: null,
      endedBy: null,
      project: "/home/someone/project",
      command: "bun script.ts",
      kind: "run",
      exempt: [],
      processes: 1,
      memoryBytes: 40 * MB,
      cpuMs: 100,
    },
  ]);
  expect(watch.look(290_000, [{ ...job, memoryBytes: 90 * MB }]).jobs).toEqual([]);
  expect(watch.look(300_000, [{ ...job, cpuMs: 500 }]).jobs).toMatchObject([
    { seenMs: START_MS + 300_000, endedMs: null, memoryBytes: 90 * MB, cpuMs: 500 },
  ]);
  // it may come back in a new skin; once it does not, it ended when it was first missing
  expect(watch.look(310_000, []).jobs).toEqual([]);
  expect(watch.look(320_000, []).jobs).toMatchObject([
    { id: "10:10", endedMs: START_MS + 310_000, endedBy: "itself", memoryBytes: 90 * MB, cpuMs: 500 },
  ]);
  expect(watch.look(330_000, []).jobs).toEqual([]);
});

test("a job that sleeps was last seen in the last look that it was in", () => {
  const watch = new Recorded();
  const job = young({ pid: 10 });
  watch.look(0, [job]);
  watch.look(10_000, [job]);
  watch.look(20_000, [job]);
  expect(finish(watch.chronicle).jobs).toMatchObject([{ seenMs: START_MS + 20_000, endedMs: null }]);
  watch.look(30_000, []);
  expect(watch.look(40_000, []).jobs).toMatchObject([
    { seenMs: START_MS + 20_000, endedMs: START_MS + 30_000 },
  ]);
});

test("a job's root that has become another program is noted as it comes", () => {
  const watch = new Recorded();
  const job = young({ pid: 10, memoryBytes: 40 * MB });
  watch.look(0, [job]);
  watch.look(10_000, [{ ...job, command: "bun another.ts" }]);
  expect(finish(watch.chronicle).jobs).toMatchObject([{ command: "bun another.ts" }]);
});

test("a job's CPU has that of the processes that ended in it, its memory is that of the largest", () => {
  const watch = new Recorded();
  const root = young({ pid: 10, argv: ["bun", "test"], cpuMs: 100, memoryBytes: 100 * MB });
  const worker = young({ pid: 11, ppid: 10, argv: ["bun", "w.ts"], cpuMs: 700, memoryBytes: 300 * MB });
  watch.look(0, [root, worker]);
  expect(watch.look(10_000, [root]).exits).toMatchObject([{ pid: 11, job: "10:10", cpuMs: 700 }]);
  watch.look(20_000, []);
  expect(watch.look(30_000, []).jobs).toMatchObject([{ processes: 2, memoryBytes: 300 * MB, cpuMs: 800 }]);
});

test("a process that ended leaves its last readings", () => {
  const watch = new Recorded();
  watch.look(0, [young({ pid: 10, memoryBytes: 300 * MB })]);
  watch.look(10_000, [young({ pid: 10, memoryBytes: 200 * MB, cpuMs: 900 })]);
  expect(watch.look(15_000, []).exits).toEqual([
    {
      pid: 10,
      startMs: START_MS,
      atMs: START_MS + 15_000,
      job: "10:10",
      project: "/home/someone/project",
      command: "bun script.ts",
      kind: "run",
      ageMs: 15_000,
      memoryBytes: 300 * MB,
      cpuMs: 900,
      endedBy: "itself",
    },
  ]);
  expect(watch.look(20_000, []).exits).toEqual([]);
});

test("memory that can never be read is null, not nothing", () => {
  const watch = new Recorded();
  watch.look(0, [young({ pid: 10, memoryBytes: null })]);
  expect(watch.look(10_000, []).exits).toMatchObject([{ memoryBytes: null }]);
});

test("what is no Bun process leaves no row, nor what becomes something else", () => {
  const watch = new Recorded();
  const bun = young({ pid: 10 });
  watch.look(0, [bun, aHelper({ pid: 11, ppid: 10 }), young({ pid: 12, ppid: 10 })]);
  const rows = watch.look(10_000, [bun, aHelper({ pid: 12, ppid: 10, argv: ["sleep", "9"] })]);
  expect(rows.exits).toEqual([]);
});

test("who is gone while we stop its job was stopped; who ends after the outcome was not", () => {
  const watch = new Recorded();
  const [root, worker] = [young({ pid: 10 }), young({ pid: 11, ppid: 10 })];
  const survivor = young({ pid: 12, ppid: 10 });
  watch.look(0, [root, worker, survivor]);
  watch.hear(intent("10:10"));
  expect(watch.look(100, [root, survivor]).exits).toMatchObject([{ pid: 11, endedBy: "cpu" }]);
  watch.hear(outcome("10:10"));
  expect(watch.look(10_000, [survivor]).exits).toMatchObject([{ pid: 10, endedBy: "cpu" }]);
  expect(watch.look(20_000, []).exits).toMatchObject([{ pid: 12, endedBy: "itself" }]);
});

test("no limit holds for a job that is protected", () => {
  const own = young({ pid: 10, argv: ["bun", "scripts/fix-runaway-bun.ts", "monitor"] });
  const { jobs } = new Recorded().look(0, [own, young({ pid: 20 })]);
  expect(jobs.map(({ exempt }) => exempt)).toEqual([["concurrency", "cpu", "memory", "timeout"], []]);
});

test("a job that was stopped says for what", () => {
  const watch = new Recorded();
  watch.look(0, [young({ pid: 10 })]);
  watch.hear(intent("10:10"));
  watch.look(1_000, []);
  watch.hear(outcome("10:10"));
  expect(watch.look(10_000, []).jobs).toMatchObject([{ endedMs: START_MS + 1_000, endedBy: "cpu" }]);
});

const left: JobRow = {
  id: "10:10",
  beganMs: START_MS - 400_000,
  seenMs: START_MS - 30_000,
  endedMs: null,
  endedBy: null,
  project: "/p",
  command: "bun dev.ts",
  kind: "run",
  exempt: [],
  processes: 3,
  memoryBytes: 500 * MB,
  cpuMs: 9_000,
};

test("a job that another monitor recorded keeps its row", () => {
  const watch = new Recorded(new World(), beginChronicle([{ row: left, stoppedFor: null }]));
  expect(watch.look(0, [young({ pid: 10, ageMs: 400_900, cpuMs: 9_500 })]).jobs).toMatchObject([
    { id: "10:10", beganMs: left.beganMs, endedMs: null, processes: 3, memoryBytes: 500 * MB, cpuMs: 9_500 },
  ]);
});

test.each([
  { stoppedFor: null, endedBy: "unseen" },
  { stoppedFor: "memory", endedBy: "memory" },
] as const)("a job that ended while nobody looked: $endedBy", ({ stoppedFor, endedBy }) => {
  const watch = new Recorded(new World(), beginChronicle([{ row: left, stoppedFor }]));
  expect(watch.look(0, []).jobs).toMatchObject([
    { id: "10:10", endedMs: left.seenMs, endedBy, cpuMs: 9_000 },
  ]);
  expect(finish(watch.chronicle).jobs).toEqual([]);
});

test("the same pid and start tick after a restart of the machine is another job", () => {
  const watch = new Recorded(new World(), beginChronicle([{ row: left, stoppedFor: null }]));
  expect(watch.look(0, [young({ pid: 10, ageMs: 1_000 })]).jobs).toMatchObject([
    { beganMs: left.beganMs, endedBy: "unseen" },
    { beganMs: START_MS - 1_000, endedMs: null },
  ]);
});

const leaky = (memoryBytes: number): ProcessSample => young({ pid: 10, memoryBytes });
const limits = { concurrency: null, cpuPercent: null, memoryBytes: GB, timeoutMs: null };

test("one row per process and limit for as long as it is over: the worst of it, and the latest evidence", () => {
  const watch = new Recorded(new World(aPolicy({ limits })));
  expect(watch.look(0, [leaky(100 * MB)]).verdicts).toEqual([]);
  const begun = watch.look(1_000, [leaky(2 * GB)]).verdicts;
  expect(begun).toMatchObject([{ rule: "memory", firstMs: START_MS + 1_000, limit: GB, value: 2 * GB }]);
  expect(watch.look(2_000, [leaky(1.5 * GB)]).verdicts).toEqual([]);
  const over = watch.look(3_000, [leaky(100 * MB)]).verdicts;
  expect(over).toMatchObject([{ firstMs: START_MS + 1_000, lastMs: START_MS + 2_000, value: 2 * GB }]);
  expect(over[0]?.evidence).toContain("1.5 GB");
  expect(watch.look(4_000, [leaky(100 * MB)]).verdicts).toEqual([]);
  // again over it: another episode
  expect(watch.look(5_000, [leaky(2 * GB)]).verdicts).toMatchObject([{ firstMs: START_MS + 5_000 }]);
});

test("an episode that lasts is brought up to date every five minutes", () => {
  const watch = new Recorded(new World(aPolicy({ limits })));
  watch.look(0, [leaky(2 * GB)]);
  expect(watch.look(299_000, [leaky(2 * GB)]).verdicts).toEqual([]);
  expect(watch.look(300_000, [leaky(2 * GB)]).verdicts).toMatchObject([{ lastMs: START_MS + 300_000 }]);
  expect(finish(watch.chronicle).verdicts).toHaveLength(1);
});

const cpuLimits = { concurrency: null, cpuPercent: 80, memoryBytes: null, timeoutMs: null };

test("a moment of CPU is no episode; half of the hold is, and worse at its end", () => {
  const watch = new Recorded(new World(aPolicy({ limits: cpuLimits, cpuHoldMs: 60_000 })));
  const still = { ioBytes: 0, ioCalls: 0 };
  const busy = (atMs: number) => watch.look(atMs, [young({ pid: 10, cpuMs: atMs, ...still })]).verdicts;
  const decisions = [0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000, 70_000, 80_000].flatMap((atMs) =>
    busy(atMs).map(({ decision }) => ({ atMs, decision })),
  );
  expect(decisions.map(({ decision }) => decision)).toEqual(["suspect", "runaway"]);
  const [suspect, runaway] = decisions;
  expect(suspect?.atMs).toBeGreaterThanOrEqual(30_000);
  expect(runaway?.atMs).toBeGreaterThan(suspect?.atMs ?? 0);
  expect(watch.look(90_000, []).verdicts).toMatchObject([{ decision: "runaway" }]);
});

test("a burst that ends before half of the hold leaves nothing", () => {
  const watch = new Recorded(new World(aPolicy({ limits: cpuLimits, cpuHoldMs: 60_000 })));
  for (const atMs of [0, 10_000, 20_000]) watch.look(atMs, [young({ pid: 10, cpuMs: atMs })]);
  expect(watch.look(30_000, [young({ pid: 10, cpuMs: 20_000 })])).toMatchObject({ verdicts: [] });
});

test("what a protected job does is no verdict on it", () => {
  const protect = [{ name: "mine", match: { command: "script" } }];
  const watch = new Recorded(new World(aPolicy({ limits, protect })));
  expect(watch.look(0, [leaky(2 * GB)]).verdicts).toEqual([]);
});

test("nothing is kept of what has ended", () => {
  const watch = new Recorded();
  watch.look(0, [young({ pid: 10 }), young({ pid: 11 })]);
  watch.hear(intent("10:10"));
  watch.hear(outcome("10:10"));
  for (const atMs of [10_000, 20_000, 30_000]) watch.look(atMs, []);
  const { processes, jobs, episodes, ending } = watch.chronicle;
  expect([processes.size, jobs.size, episodes.size, ending.size]).toEqual([0, 0, 0, 0]);
  expect(finish(watch.chronicle)).toMatchObject({ ...noRows, ticks: [{}] });
});
