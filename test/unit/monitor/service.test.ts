import { describe, expect, test } from "bun:test";
import { pulseMs } from "../../../src/core/plan/next-delay.ts";
import { createService, type MonitorService } from "../../../src/monitor/service.ts";
import { Watcher } from "../../../src/monitor/watcher.ts";
import type { CarriedOut } from "../../../src/wire/reports.ts";
import { aPolicy, aProcess, aSelf, GB } from "../../support/build.ts";
import { aMachine, type FakeMachine } from "./fakes.ts";

interface Run {
  readonly service: MonitorService;
  readonly stop: AbortController;
  readonly carriedOut: CarriedOut[];
}

function aService(machine: FakeMachine): Run {
  const stop = new AbortController();
  const carriedOut: CarriedOut[] = [];
  const service = createService(new Watcher(machine.ports, aPolicy(), aSelf()), {
    armed: true,
    stop,
    config: () => null,
    bears: () => false,
    onCarriedOut: (step) => carriedOut.push(step),
  });
  return { service, stop, carriedOut };
}

const old = (pid: number) => aProcess({ pid, argv: ["bun", `script-${pid}.ts`], ageMs: 400_000 });

describe("the service", () => {
  test("ticks until it is stopped, and waits for the terminations under way", async () => {
    const machine = aMachine();
    const { service, stop, carriedOut } = aService(machine);
    machine.beforeSample = (nth) => {
      if (nth === 3) machine.processes = [old(20)];
      if (nth === 4) stop.abort("enough");
    };
    await service.run();
    expect(carriedOut.map(({ victim }) => victim.id.pid)).toEqual([20]);
  });

  test("does not end before what a person asked for has settled", async () => {
    const young = aProcess({ pid: 20 });
    const machine = aMachine([young]);
    const { service, stop } = aService(machine);
    const running = service.run();
    const asked = service.stopByHand({ chosen: [young.id], dryRun: false, force: false }, aSelf({ pid: 30 }));
    stop.abort("enough");
    await running;
    expect(machine.events.map(({ type }) => type)).toEqual(["intent", "outcome"]);
    expect((await asked).carriedOut).toHaveLength(1);
  });

  test("does not end before what is asked for while the rest settles has settled", async () => {
    const [first, second] = [aProcess({ pid: 20 }), aProcess({ pid: 30 })];
    const machine = aMachine([first, second]);
    const { service, stop } = aService(machine);
    const ask = ({ id }: typeof first) =>
      service.stopByHand({ chosen: [id], dryRun: false, force: false }, aSelf({ pid: 40 }));
    const asked: Promise<unknown>[] = [];
    let isAsked = false;
    machine.beforeSample = () => {
      // the first one is dead, and is only looked after for whoever starts it again
      if (machine.sent.length !== 1 || isAsked) return;
      isAsked = true;
      asked.push(ask(second));
    };
    const running = service.run();
    asked.push(ask(first));
    stop.abort("enough");
    await running;
    expect(machine.sent).toEqual(["SIGTERM 20", "SIGTERM 30"]);
    expect(machine.events.filter(({ type }) => type === "outcome")).toHaveLength(2);
  });

  test("does not end before a clean-up that was asked for has seen its kills to their end", async () => {
    const machine = aMachine();
    const { service, stop } = aService(machine);
    const running = service.run();
    machine.processes = [old(20)];
    const request = { dryRun: false, force: false, yes: true, watchForMs: 0, project: null };
    machine.beforeSample = () => {
      if (machine.sent.length === 1) stop.abort("enough");
    };
    const asked = service.cleanup(request, aSelf({ pid: 7_000, ancestors: [1] }));
    await running;
    expect(machine.events.map(({ type }) => type)).toEqual(["intent", "outcome"]);
    expect((await asked).carriedOut).toHaveLength(1);
  });

  test("a clean-up that only looks ends with the service", async () => {
    const machine = aMachine();
    const { service, stop } = aService(machine);
    const running = service.run();
    const request = { dryRun: true, force: false, yes: true, watchForMs: 3_600_000, project: null };
    const asked = service.cleanup(request, aSelf({ pid: 7_000, ancestors: [1] }));
    stop.abort("enough");
    await running;
    expect((await asked).carriedOut).toEqual([]);
    expect(machine.nowMs).toBeLessThan(1_000_000 + 3_600_000);
  });

  test("a failed tick is said, and the next one does its work", async () => {
    const machine = aMachine([old(20)]);
    const { service, stop, carriedOut } = aService(machine);
    machine.beforeSample = (nth) => {
      if (nth === 1) throw new Error("no descriptors left");
      if (nth === 3) stop.abort("enough");
    };
    await service.run();
    expect(machine.events[0]).toMatchObject({
      type: "trouble",
      what: "a tick failed: Error: no descriptors left",
    });
    expect(carriedOut).toHaveLength(1);
  });

  test("a tick that fails again and again ends it with that error", async () => {
    const machine = aMachine();
    machine.beforeSample = () => {
      throw new Error("/proc is gone");
    };
    expect(aService(machine).service.run()).rejects.toThrow("/proc is gone");
  });

  test("failures that are not in a row, and those of a machine that has nothing left, do not end it", async () => {
    for (const fails of [
      (nth: number) => (nth % 2 === 1 ? new Error("now and then") : null),
      () => Object.assign(new Error("no descriptor"), { code: "EMFILE" }),
    ]) {
      const machine = aMachine();
      const { service, stop } = aService(machine);
      machine.beforeSample = (nth) => {
        if (nth === 30) stop.abort("enough");
        const error = fails(nth);
        if (error !== null) throw error;
      };
      await service.run();
      expect(machine.events.length).toBeGreaterThan(10);
    }
  });

  test("memory that vanishes between two ticks brings the next one forward", async () => {
    const machine = aMachine();
    const { service, stop } = aService(machine);
    const ticksMs: number[] = [];
    machine.beforeSample = (nth) => {
      ticksMs.push(machine.nowMs - 1_000_000);
      if (nth === 2) machine.availableBytes -= GB;
      if (nth === 3) stop.abort("enough");
    };
    await service.run();
    const [first, second, third = Infinity] = ticksMs;
    expect([first, second]).toEqual([0, 10_000]);
    expect(third).toBeLessThan(10_000 + 1.5 * pulseMs(8 * GB));
  });

  test("an end is heard of and looked at within a second, not at the next interval", async () => {
    const machine = aMachine();
    const { service, stop } = aService(machine);
    const ticksMs: number[] = [];
    machine.beforeSample = (nth) => {
      ticksMs.push(machine.nowMs - 1_000_000);
      if (nth === 1) service.wake();
      if (nth === 2) stop.abort("enough");
    };
    await service.run();
    expect(ticksMs).toEqual([0, 1_000]);
  });

  test("a burst of ends is one tick, and a stop meanwhile does not wait for it", async () => {
    const machine = aMachine();
    const { service, stop } = aService(machine);
    const ticksMs: number[] = [];
    machine.beforeSample = (nth) => {
      ticksMs.push(machine.nowMs - 1_000_000);
      for (let end = 0; end < 3; end++) service.wake();
      if (nth === 3) stop.abort("enough");
    };
    await service.run();
    expect(ticksMs).toEqual([0, 1_000, 2_000]);
    expect(machine.nowMs - 1_000_000).toBe(2_000);
  });

  test("a clean-up on request stops one job after the other until nothing is over", async () => {
    const machine = aMachine(
      [20, 30, 40, 50, 60].map((pid) => aProcess({ pid, argv: ["bun", `job-${pid}.ts`] })),
    );
    machine.beforeSample = () => machine.nowMs++;
    const { service } = aService(machine);
    const request = { dryRun: false, force: false, yes: true, watchForMs: 0, project: null };
    const report = await service.cleanup(request, aSelf({ pid: 7_000, ancestors: [1] }));
    expect(report.carriedOut.map(({ cause }) => cause.rule)).toEqual(["concurrency", "concurrency"]);
    expect(machine.processes).toHaveLength(3);
  });

  test("one that is stopped meanwhile begins nothing more", async () => {
    const machine = aMachine(
      [20, 30, 40, 50, 60].map((pid) => aProcess({ pid, argv: ["bun", `job-${pid}.ts`] })),
    );
    const { service, stop } = aService(machine);
    machine.beforeSample = () => {
      machine.nowMs++;
      if (machine.sent.length === 1) stop.abort("enough");
    };
    const request = { dryRun: false, force: false, yes: true, watchForMs: 0, project: null };
    const report = await service.cleanup(request, aSelf({ pid: 7_000, ancestors: [1] }));
    expect([report.carriedOut.length, machine.processes.length]).toEqual([1, 4]);
  });

  test("a dry run sends nothing", async () => {
    const machine = aMachine([old(20)]);
    const request = { dryRun: true, force: true, yes: true, watchForMs: 0, project: null };
    const report = await aService(machine).service.cleanup(request, aSelf({ pid: 7_000, ancestors: [1] }));
    expect(report).toMatchObject({ mode: "dry-run", carriedOut: [] });
    expect(report.plan.steps).toHaveLength(1);
    expect(machine.sent).toEqual([]);
  });
});
