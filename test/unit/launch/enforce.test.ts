import { NOTHING_SEEN } from "../gate/house.ts";
import { describe, expect, test } from "bun:test";
import type { LaunchLimits } from "../../../src/core/slots/launched-job.ts";
import { enforce } from "../../../src/launch/enforce/enforce.ts";
import { timerMs } from "../../../src/text/duration.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import type { Container, ContainerFacts, MemberSampler } from "../../../src/ports/container.ts";
import { aProcess, GB, MB } from "../../support/build.ts";
import { aMachine, type FakeMachine } from "../monitor/fakes.ts";

const NONE: LaunchLimits = { timeoutMs: null, memoryBytes: null, cpu: null };

const aContainer = (
  memory: ContainerFacts["memory"],
  onMemoryKill: Container["onMemoryKill"] = () => {},
  cpuMs: () => number | null = () => null,
): Container => ({
  place: { kind: "marker" },
  facts: { promise: "", memory, whyNot: null, caps: [] },
  spawn: () => {
    throw new Error("nothing is spawned here");
  },
  members: () => [],
  canHoldAgain: () => false,
  isEmpty: () => true,
  count: () => 0,
  glance: async () => NOTHING_SEEN,
  limit: async () => ({ promise: "", memory, whyNot: null, caps: [] }),
  usage: () => ({ memoryBytes: null, memoryPeakBytes: null, cpuMs: cpuMs(), memoryKills: 0 }),
  hasEscaped: () => false,
  killAll: () => false,
  onMemoryKill,
  strike: () => true,
  [Symbol.dispose]: () => {},
});

/** Sleeps asked for, so that a test can say how often it woke up. */
function watched(machine: FakeMachine) {
  const { sampler } = machine.ports;
  const sleeps: number[] = [];
  let samplers = 0;
  let pausedMs = 0;
  const clock: Clock = {
    ...machine.ports.clock,
    // as the machine's: it wakes up after the longest that a timer takes
    sleep: (ms, signal) => {
      sleeps.push(timerMs(ms));
      return machine.ports.clock.sleep(timerMs(ms), signal);
    },
  };
  return {
    sleeps,
    samplers: () => samplers,
    pause: (ms: number) => (pausedMs += ms),
    ports: {
      clock,
      containers: {
        sampler: async () => {
          samplers++;
          return sampler;
        },
      },
      onMemory: () => {},
      startedMs: clock.monotonicMs(),
      pausedMs: () => pausedMs,
    },
  };
}

const running = (): AbortSignal => new AbortController().signal;

test("a timeout alone: one timer, and nobody looks", async () => {
  const machine = aMachine();
  const { ports, sleeps, samplers } = watched(machine);
  const { verdict } = await enforce(aContainer("none"), { ...NONE, timeoutMs: 60_000 }, ports, running());
  expect(verdict).toMatchObject({ rule: "timeout", limit: 60_000, evidence: "ran for 60 s (limit 60 s)" });
  expect([sleeps, samplers()]).toEqual([[60_000], 0]);
});

test("a timeout of a year does not fire at once", async () => {
  const machine = aMachine();
  const yearMs = 365 * 24 * 60 * 60 * 1_000;
  const { ports, sleeps } = watched(machine);
  const startMs = machine.nowMs;
  await enforce(aContainer("none"), { ...NONE, timeoutMs: yearMs }, ports, running());
  expect(machine.nowMs - startMs).toBe(yearMs);
  expect(sleeps.length).toBeGreaterThan(1);
});

test("time that the job stood still is not counted", async () => {
  const machine = aMachine();
  const { ports, pause } = watched(machine);
  const startMs = machine.nowMs;
  const breach = enforce(aContainer("none"), { ...NONE, timeoutMs: 60_000 }, ports, running());
  pause(45_000);
  await breach;
  expect(machine.nowMs - startMs).toBe(105_000);
});

test("that it stood still is told late: a timer that fires too late waits for it", async () => {
  const machine = aMachine();
  const { ports, pause } = watched(machine);
  const startMs = machine.nowMs;
  const clock: Clock = {
    ...ports.clock,
    // stopped for 45 s in the middle of the long sleep, and told of it 20 ms later
    sleep: async (ms, signal) => {
      await ports.clock.sleep(ms === 60_000 ? 105_000 : 20, signal);
      if (ms === 100) pause(45_000);
    },
  };
  await enforce(aContainer("none"), { ...NONE, timeoutMs: 60_000 }, { ...ports, clock }, running());
  expect(machine.nowMs - startMs).toBe(105_020);
  let told = 0;
  const late = await enforce(
    aContainer("none"),
    { ...NONE, timeoutMs: 60_000 },
    {
      ...ports,
      startedMs: ports.clock.monotonicMs(),
      pausedMs: () => told,
      clock: {
        ...ports.clock,
        sleep: async (ms, signal) => {
          await ports.clock.sleep(ms === 60_000 ? 100_000 : ms, signal);
          if (ms === 100) told = 90_000;
        },
      },
    },
    running(),
  );
  expect(late.verdict.rule).toBe("timeout");
  expect(machine.nowMs - startMs).toBe(105_020 + 150_000);
});

test("a job that is spared is asked about again as much later, and ends when it is not", async () => {
  const machine = aMachine();
  const { ports } = watched(machine);
  const startMs = machine.nowMs;
  let asked = 0;
  const isSpared = async (): Promise<boolean> => ++asked < 3;
  const { verdict } = await enforce(
    aContainer("none"),
    { ...NONE, timeoutMs: 60_000 },
    { ...ports, isSpared },
    running(),
  );
  expect(verdict).toMatchObject({ rule: "timeout", limit: 60_000, value: 180_000 });
  expect([asked, machine.nowMs - startMs]).toEqual([3, 180_000]);
});

test("a job that is older than its timeout when it is adopted is over it at once; a spared one is asked about once", async () => {
  const machine = aMachine();
  const { ports, sleeps } = watched(machine);
  const old = { ...ports, startedMs: ports.clock.monotonicMs() - 630_000 };
  const { verdict } = await enforce(aContainer("none"), { ...NONE, timeoutMs: 60_000 }, old, running());
  expect(verdict).toMatchObject({ rule: "timeout", limit: 60_000, value: 600_000 });
  expect(sleeps).toEqual([]);
  const asked: number[] = [];
  const isSpared = async (): Promise<boolean> => asked.push(ports.clock.monotonicMs()) < 2;
  await enforce(aContainer("none"), { ...NONE, timeoutMs: 60_000 }, { ...old, isSpared }, running());
  expect(asked).toEqual([old.startedMs + 630_000, old.startedMs + 660_000]);
});

test("memory that the kernel limits is not looked at while all of the job is in its group", async () => {
  const machine = aMachine();
  const { ports, sleeps, samplers } = watched(machine);
  const told = Promise.withResolvers<() => void>();
  const container = aContainer("kernel", told.resolve);
  const breach = enforce(container, { ...NONE, memoryBytes: GB }, ports, running());
  (await told.promise)();
  expect(await breach).toMatchObject({ by: "kernel", verdict: { rule: "memory", limit: GB } });
  expect([new Set(sleeps), samplers()]).toEqual([new Set([5_000]), 0]);
});

test("who leaves the group that the kernel limits is sampled", async () => {
  const machine = aMachine([aProcess({ pid: 10, memoryBytes: 2 * GB })]);
  const { ports, sleeps } = watched(machine);
  const container = { ...aContainer("kernel"), hasEscaped: () => sleeps.length > 2 };
  const breach = await enforce(container, { ...NONE, memoryBytes: GB }, ports, running());
  expect(breach).toMatchObject({ by: "sampling", verdict: { rule: "memory", value: 2 * GB } });
  expect(sleeps).toEqual([5_000, 5_000, 5_000]);
});

test("memory that it does not limit is sampled, the sooner the faster it grows", async () => {
  const machine = aMachine([aProcess({ pid: 10, memoryBytes: 0 })]);
  machine.beforeSample = (nth) => {
    machine.processes = [aProcess({ pid: 10, memoryBytes: [0, 100, 600, 1_200][nth - 1]! * MB })];
  };
  const { ports, sleeps } = watched(machine);
  const breach = await enforce(aContainer("sampled"), { ...NONE, memoryBytes: GB }, ports, running());
  expect(breach).toMatchObject({ by: "sampling", verdict: { rule: "memory", value: 1_200 * MB } });
  expect(sleeps.length).toBe(3);
  expect(sleeps[2]).toBeLessThan(sleeps[0]!);
});

const WITHOUT_PROGRESS = { faults: 0, ioBytes: 0, ioCalls: 0, writtenBytes: 0, writeCalls: 0 };

describe("a limit on CPU", () => {
  const cpu = { percent: 80, holdMs: 60_000 };

  /** A job that waits for a minute, and spins from then on beside `others` who want its core too. */
  const spinningLater = async (tells: boolean, others: number) => {
    const machine = aMachine();
    const startMs = machine.nowMs;
    const spunMs = (): number => Math.max(0, machine.nowMs - startMs - 60_000);
    machine.beforeSample = () => {
      machine.processes = [
        aProcess({ pid: 10, cpuMs: spunMs() / (1 + others), demandNs: spunMs() * 1e6, ...WITHOUT_PROGRESS }),
      ];
    };
    const looks: number[] = [];
    const { ports } = watched(machine);
    const sampler = (): Promise<MemberSampler> => {
      looks.push(machine.nowMs - startMs);
      return ports.containers.sampler();
    };
    const container = aContainer("none", undefined, () => (tells ? spunMs() / (1 + others) : null));
    const breach = await enforce(
      container,
      { ...NONE, cpu },
      { ...ports, containers: { sampler } },
      running(),
    );
    return { breach, looks, tookMs: machine.nowMs - startMs };
  };

  test.each([0, 7])(
    "costs no look at processes before the job works, %p others beside it",
    async (others) => {
      const { breach, looks, tookMs } = await spinningLater(true, others);
      expect(breach.verdict).toMatchObject({ rule: "cpu", limit: 80, decision: "runaway" });
      expect(looks).toEqual([70_000]);
      expect(tookMs).toBeLessThanOrEqual(60_000 + cpu.holdMs + 30_000);
    },
  );

  test("is sampled where the container cannot tell", async () => {
    const { breach, looks } = await spinningLater(false, 0);
    expect(breach.verdict.rule).toBe("cpu");
    expect(looks).toEqual([10_000]);
  });
});
