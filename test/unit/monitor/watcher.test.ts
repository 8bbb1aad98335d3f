import { describe, expect, test } from "bun:test";
import type { Policy } from "../../../src/core/judge/policy.ts";
import { Watcher } from "../../../src/monitor/watcher.ts";
import { aPolicy, aProcess, aSelf } from "../../support/build.ts";
import { aMachine, type FakeMachine } from "./fakes.ts";

const OLD_MS = 400_000;
const old = (pid: number, argv = ["bun", `script-${pid}.ts`]) => aProcess({ pid, argv, ageMs: OLD_MS });

const watch = (machine: FakeMachine, policy: Partial<Policy> = {}, armed = true): Watcher => {
  const watcher = new Watcher(machine.ports, aPolicy(policy), aSelf());
  watcher.begin(armed);
  return watcher;
};

const types = (machine: FakeMachine): string[] => machine.events.map(({ type }) => type);

describe("a tick", () => {
  test("is counted with the time that it took, and a report says so; a report is no tick", () => {
    const machine = aMachine();
    machine.beforeSample = () => (machine.nowMs += 5);
    const watcher = watch(machine, { breakerKillsPerMinute: 1 });
    const facts = () => watcher.report(undefined, null, { full: false, remember: false }).watch;
    const closed = { isOpen: false, killsLastMinute: 0 };
    expect(facts()).toEqual({ ticks: 0, ticksTookMs: 0, breaker: closed });
    watcher.tick();
    expect(facts()).toEqual({ ticks: 1, ticksTookMs: 5, breaker: closed });
    machine.processes = [old(20)];
    watcher.tick();
    expect(facts()).toMatchObject({ ticks: 2, breaker: { isOpen: true, killsLastMinute: 1 } });
    machine.nowMs += 60_000;
    expect(facts()?.breaker).toEqual(closed);
  });

  test("the last look is told again without another one, and with what is true of the breaker now", () => {
    const machine = aMachine([old(20)]);
    let looks = 0;
    machine.beforeSample = () => void looks++;
    const watcher = watch(machine);
    const last = () => watcher.report(undefined, null, { full: false, remember: false, last: true });
    expect(last().judgement.jobs).toHaveLength(1);
    expect(looks).toBe(1);
    watcher.tick();
    const [before, atMs] = [looks, machine.nowMs];
    machine.nowMs += 5_000;
    expect(last()).toMatchObject({ atMs, watch: { ticks: 1, breaker: { killsLastMinute: 1 } } });
    machine.nowMs += 60_000;
    expect(last()).toMatchObject({ atMs, watch: { breaker: { killsLastMinute: 0 } } });
    expect(looks).toBe(before);
  });

  test("stops what is over a limit, and journals it before and after", async () => {
    const machine = aMachine([old(20), aProcess({ pid: 21, argv: ["bun", "young.ts"] })]);
    const [step] = await Promise.all(watch(machine).tick().started);
    expect(machine.sent).toEqual(["SIGTERM 20"]);
    expect(step?.outcomes.map(({ result }) => result.outcome)).toEqual(["gone"]);
    expect(types(machine)).toEqual(["intent", "outcome"]);
  });

  test("observe sends nothing (I8) and still says what it would do", () => {
    const machine = aMachine([old(20)]);
    const { plan, started } = watch(machine, { mode: "observe" }).tick();
    expect(plan.steps.map(({ victim }) => victim.id.pid)).toEqual([20]);
    expect(started).toEqual([]);
    expect(machine.sent).toEqual([]);
  });

  test("the re-check spares what is no longer over its limit", () => {
    const machine = aMachine([old(20)]);
    machine.beforeSample = (nth) => {
      if (nth === 2) machine.processes = [aProcess({ pid: 20, startTicks: 999, argv: ["bun", "new.ts"] })];
    };
    expect(watch(machine).tick().started).toEqual([]);
    expect(machine.sent).toEqual([]);
  });

  test("what ran before the monitor has its reprieve, and that is said once", () => {
    const machine = aMachine([old(20)]);
    const watcher = watch(machine, { armTicks: 3, intervalMs: 10_000 }, false);
    expect(watcher.tick().started).toEqual([]);
    machine.nowMs += 10_000;
    expect(watcher.tick().started).toEqual([]);
    expect(types(machine)).toEqual(["held-back"]);
    machine.nowMs += 20_001;
    expect(watcher.tick().started).toHaveLength(1);
  });

  test("a job that is being stopped is not stopped a second time", async () => {
    const machine = aMachine([old(20)]);
    const watcher = watch(machine);
    const first = watcher.tick();
    machine.processes = [old(20)];
    expect(watcher.tick().started).toEqual([]);
    await Promise.all(first.started);
  });

  test("the breaker opens: more kills per minute than configured are only observed", async () => {
    const machine = aMachine([old(20)]);
    const watcher = watch(machine, { breakerKillsPerMinute: 2 });
    for (const pid of [20, 30]) {
      machine.processes = [old(pid)];
      await Promise.all(watcher.tick().started);
      machine.nowMs += 1_000;
    }
    machine.processes = [old(40)];
    expect(watcher.tick().started).toEqual([]);
    expect(types(machine)).toContain("breaker");
    expect(machine.sent).toEqual(["SIGTERM 20", "SIGTERM 30"]);
  });

  test("a person's command is not held up by it, and does not count for it", async () => {
    const machine = aMachine([old(20)]);
    const watcher = watch(machine, { breakerKillsPerMinute: 2 });
    for (const pid of [20, 30, 40]) {
      machine.processes = [old(pid)];
      await Promise.all(watcher.tick({ byPerson: true }).started);
    }
    machine.processes = [old(50)];
    await Promise.all(watcher.tick().started);
    expect(machine.sent).toEqual(["SIGTERM 20", "SIGTERM 30", "SIGTERM 40", "SIGTERM 50"]);
    expect(types(machine)).not.toContain("breaker");
  });

  test("a program that comes back after each kill has to wait after a few", async () => {
    const machine = aMachine();
    const limits = { concurrency: null, cpuPercent: null, memoryBytes: null, timeoutMs: 300 };
    const watcher = watch(machine, { limits });
    for (const pid of [20, 30, 40, 50]) {
      machine.processes = [aProcess({ pid, argv: ["bun", "loop.ts"], ageMs: 500 })];
      await Promise.all(watcher.tick().started);
      machine.nowMs += 1_000;
    }
    expect(machine.sent).toEqual([20, 30, 40].map((pid) => `SIGTERM ${pid}`));
    expect(machine.events.at(-1)).toMatchObject({ type: "held-back", victim: { id: { pid: 50 } } });
  });

  test("whoever looks like the victim, and was there before, has not come back from its kill", async () => {
    const twin = aProcess({ pid: 21, argv: ["bun", "twin.ts"], ageMs: 5 });
    const machine = aMachine([old(20, ["bun", "twin.ts"]), twin]);
    const sampler = { ...machine.ports.sampler, describe: () => "node supervisor.js" };
    const watcher = new Watcher({ ...machine.ports, sampler }, aPolicy(), aSelf());
    const [step] = await Promise.all(watcher.tick().started);
    expect(step?.outcomes.map(({ id, result }) => [id.pid, result.outcome])).toEqual([[20, "gone"]]);
  });

  test("a job of which somebody lives on is not one that was stopped", async () => {
    const alive = {
      state: "sleeping",
      threads: 1,
      ppid: 20,
      pendingKill: false,
      frozen: false,
      service: null,
    } as const;
    const stoppedMs = async (survivor: number): Promise<boolean> => {
      const machine = aMachine([old(20), aProcess({ pid: 21, ppid: 20, argv: ["bun", "child.ts"] })]);
      const { control } = machine.ports;
      const pin: typeof control.pin = (id) => {
        const held = control.pin(id);
        if (typeof held === "string" || id.pid !== survivor) return held;
        return { ...held, send: () => "sent", status: () => alive };
      };
      const watcher = new Watcher({ ...machine.ports, control: { ...control, pin } }, aPolicy(), aSelf());
      const [step] = await Promise.all(watcher.tick().started);
      expect(step?.outcomes).toHaveLength(2);
      // by the next look the survivor has ended of its own accord
      machine.processes = [];
      return [...watcher.look().history.jobs.values()].some((job) => job.stoppedMs !== undefined);
    };
    expect([await stoppedMs(0), await stoppedMs(21)]).toEqual([true, false]);
  });

  test("the grace is that of the project that the job works in", async () => {
    const shop = aPolicy({ killGraceMs: 77 });
    const governance = {
      projects: [{ root: "/shop", config: null, policy: shop }],
      elsewhere: aPolicy(),
      harmOnly: false,
    };
    const machine = aMachine([aProcess({ pid: 20, cwd: "/shop", ageMs: OLD_MS })]);
    const waits: number[] = [];
    const { control } = machine.ports;
    const pin: typeof control.pin = (id) => {
      const held = control.pin(id);
      if (typeof held === "string") return held;
      return {
        ...held,
        exited: (ms) => {
          waits.push(ms);
          return held.exited(ms);
        },
      };
    };
    const watcher = new Watcher(
      { ...machine.ports, control: { ...control, pin } },
      aPolicy({ governance }),
      aSelf(),
    );
    await Promise.all(watcher.tick().started);
    expect(waits).toContain(77);
    expect(waits).not.toContain(5_000);
  });

  test("what is being stopped is not said to be held back", async () => {
    const machine = aMachine([old(20)]);
    const watcher = watch(machine);
    const { started } = watcher.tick();
    machine.processes = [old(20)];
    watcher.tick();
    await Promise.all(started);
    expect(types(machine)).not.toContain("held-back");
  });

  test("a slow machine is not looked at all the time: as long as a look takes, that long is the rest", () => {
    const machine = aMachine([aProcess({ pid: 20 })]);
    const watcher = watch(machine, { intervalMs: 1_000 });
    machine.beforeSample = () => (machine.nowMs += 7_000);
    watcher.look();
    expect(watcher.nextDelayMs()).toBeGreaterThanOrEqual(7_000);
  });

  test("a glance changes nothing of what is remembered, and is shown to nobody", () => {
    const machine = aMachine([old(20)]);
    let looks = 0;
    const watcher = new Watcher({ ...machine.ports, onLook: () => looks++ }, aPolicy(), aSelf());
    const { history } = watcher.look();
    machine.nowMs += 1_000;
    machine.processes = [old(20), old(30)];
    const { judgement } = watcher.report(undefined, null, { full: false, remember: false });
    expect(judgement.jobs.map(({ job }) => job.root.id.pid)).toEqual([20, 30]);
    expect([...watcher.processes()].map(({ id }) => id.pid)).toEqual([20]);
    machine.nowMs += 1_000;
    expect(watcher.look().history.processes.get("20:20")?.cpu.atMs).toBe((history.atMs ?? 0) + 2_000);
    expect(looks).toBe(2);
  });

  test("whoever asks, and what it was started by, is spared", () => {
    const machine = aMachine([old(20), old(21)]);
    const caller = aSelf({ pid: 21, ancestors: [20, 1] });
    expect(watch(machine).tick({ caller }).started).toEqual([]);
  });
});

const young = (pid: number) => aProcess({ pid, argv: ["bun", `script-${pid}.ts`] });
const order = (...processes: ReturnType<typeof young>[]) => ({
  chosen: processes.map(({ id }) => id),
  dryRun: false,
  force: false,
});

describe("stopping by hand", () => {
  test("a dry run sends nothing", async () => {
    const machine = aMachine([young(20)]);
    const { plan, carriedOut } = await watch(machine).stopByHand({ ...order(young(20)), dryRun: true });
    expect(plan.steps.map(({ victim }) => victim.id.pid)).toEqual([20]);
    expect([carriedOut, machine.sent, machine.events]).toEqual([[], [], []]);
  });

  test("observe does not keep it, and it is journaled as asked for by a person", async () => {
    const machine = aMachine([young(20), young(21)]);
    const { carriedOut } = await watch(machine, { mode: "observe" }).stopByHand(order(young(20)));
    expect(machine.sent).toEqual(["SIGTERM 20"]);
    expect(carriedOut[0]?.outcomes.map(({ result }) => result.outcome)).toEqual(["gone"]);
    expect(machine.events).toMatchObject([
      { type: "intent", rule: "manual", limit: null, value: null },
      { type: "outcome", rule: "manual" },
    ]);
  });

  test("neither the breaker nor the back-off counts it", async () => {
    const machine = aMachine();
    const watcher = watch(machine, { breakerKillsPerMinute: 2 });
    for (const pid of [20, 21, 22, 23]) {
      machine.processes = [young(pid)];
      await watcher.stopByHand(order(young(pid)));
    }
    machine.processes = [old(30)];
    await Promise.all(watcher.tick().started);
    expect(machine.sent.at(-1)).toBe("SIGTERM 30");
    expect(types(machine)).not.toContain("breaker");
  });

  test("a job with two of its processes being stopped is being stopped until both are through", async () => {
    const launcher = aProcess({ pid: 20, argv: ["bun", "run", "dev"] });
    const [quick, slow] = [21, 22].map((pid) => aProcess({ pid, ppid: 20, argv: ["bun", `${pid}.ts`] }));
    if (quick === undefined || slow === undefined) throw new Error("two were made");
    const machine = aMachine([launcher, quick, slow]);
    const ended = Promise.withResolvers<boolean>();
    const { control } = machine.ports;
    const pin: typeof control.pin = (id) => {
      const held = control.pin(id);
      if (typeof held === "string" || id.pid !== slow.id.pid) return held;
      return { ...held, exited: async () => await ended.promise };
    };
    const watcher = new Watcher({ ...machine.ports, control: { ...control, pin } }, aPolicy(), aSelf());
    const stopping = watcher.stopByHand(order(quick, slow));
    const isThrough = (): boolean => machine.events.some(({ type }) => type === "outcome");
    while (!isThrough()) await new Promise(setImmediate);
    const { plan } = await watcher.stopByHand(order(launcher));
    expect(plan.refused).toMatchObject([{ pid: 20, because: "its job is being stopped already" }]);
    ended.resolve(true);
    expect((await stopping).carriedOut).toHaveLength(2);
  });

  test("whoever asks, and what it was started by, is spared", async () => {
    const machine = aMachine([young(20), young(21)]);
    const caller = aSelf({ pid: 21, ancestors: [20, 1] });
    const { plan } = await watch(machine).stopByHand(order(young(20), young(21)), caller);
    expect(plan.refused.map(({ pid }) => pid)).toEqual([20, 21]);
    expect(machine.sent).toEqual([]);
  });
});
