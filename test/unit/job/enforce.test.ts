import { expect, test } from "bun:test";
import type { LaunchLimits } from "../../../src/core/launched-job.ts";
import { enforce } from "../../../src/job/enforce/enforce.ts";
import type { Container, ContainerFacts } from "../../../src/ports.ts";
import { aProcess, GB, MB } from "../../support/build.ts";
import { aMachine, type FakeMachine } from "../monitor/fakes.ts";

const NONE: LaunchLimits = { timeoutMs: null, memoryBytes: null, cpu: null };

const aContainer = (
  memory: ContainerFacts["memory"],
  onMemoryKill: Container["onMemoryKill"] = () => {},
): Container => ({
  place: { kind: "marker" },
  facts: { promise: "", memory, whyNot: null },
  spawn: () => {
    throw new Error("nothing is spawned here");
  },
  members: () => [],
  usage: () => ({ memoryBytes: null, memoryPeakBytes: null, cpuMs: null, memoryKills: 0 }),
  killAll: () => false,
  onMemoryKill,
  [Symbol.dispose]: () => {},
});

/** Sleeps asked for, so that a test can say how often it woke up. */
function watched(machine: FakeMachine) {
  const { clock, sampler } = machine.ports;
  const sleeps: number[] = [];
  let samplers = 0;
  let pausedMs = 0;
  return {
    sleeps,
    samplers: () => samplers,
    pause: (ms: number) => (pausedMs += ms),
    ports: {
      clock: {
        ...clock,
        sleep: (ms: number, signal?: AbortSignal) => {
          sleeps.push(ms);
          return clock.sleep(ms, signal);
        },
      },
      containers: {
        sampler: async () => {
          samplers++;
          return sampler;
        },
      },
      onMemory: () => {},
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
  expect(Math.max(...sleeps)).toBeLessThan(2 ** 31);
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

test("memory that the kernel limits is not looked at", async () => {
  const machine = aMachine();
  const { ports, sleeps, samplers } = watched(machine);
  const told = Promise.withResolvers<() => void>();
  const container = aContainer("kernel", told.resolve);
  const breach = enforce(container, { ...NONE, memoryBytes: GB }, ports, running());
  (await told.promise)();
  expect(await breach).toMatchObject({ by: "kernel", verdict: { rule: "memory", limit: GB } });
  expect([sleeps, samplers()]).toEqual([[], 0]);
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
