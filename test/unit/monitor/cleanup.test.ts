/** A clean-up: whom it is about, how often it looks, and when it gives up. */
import { describe, expect, test } from "bun:test";
import type { Policy, Project } from "../../../src/core/judge/policy.ts";
import { cleanup } from "../../../src/monitor/cleanup.ts";
import type { CleanupReport, CleanupRequest } from "../../../src/wire/reports.ts";
import { Watcher } from "../../../src/monitor/watcher.ts";
import { aPolicy, aProcess, aSelf } from "../../support/build.ts";
import { aMachine, type FakeMachine } from "./fakes.ts";

const HERE = "/home/someone/project";
const governed = (own: Partial<Policy>, elsewhere: Partial<Policy>, others: readonly Project[]): Policy => {
  const policy = aPolicy(own);
  const projects = [{ root: HERE, config: null, policy }, ...others];
  return { ...policy, governance: { projects, elsewhere: aPolicy(elsewhere), harmOnly: false } };
};

const clean = (
  machine: FakeMachine,
  request: Partial<CleanupRequest>,
  policy = aPolicy(),
  hook = false,
): Promise<CleanupReport> => {
  const asked = { dryRun: false, force: false, yes: true, watchForMs: 0, project: null, ...request };
  const caller = aSelf({ pid: 7_000, ancestors: [1], hook });
  const watcher = new Watcher(machine.ports, policy, aSelf());
  return cleanup(watcher, asked, caller, { look: { kind: "one-shot", full: false } });
};

const spinning = (pid: number, cwd = HERE) =>
  aProcess({ pid, cwd, argv: ["bun", `spin-${pid}.ts`], ageMs: 100_000, cpuMs: 100_000 });
const old = (pid: number, cwd = HERE) =>
  aProcess({ pid, cwd, argv: ["bun", `old-${pid}.ts`], ageMs: 400_000 });

const ALIVE = {
  state: "sleeping",
  threads: 1,
  ppid: 1,
  pendingKill: false,
  frozen: false,
  service: null,
} as const;

const victims = ({ plan }: CleanupReport): number[] => plan.steps.map(({ victim }) => victim.id.pid);

test("one that outlives everything is reported, not tried again and again", async () => {
  const machine = aMachine([old(20)]);
  const { control } = machine.ports;
  const pin: typeof control.pin = (id) => {
    const held = control.pin(id);
    if (typeof held === "string") return held;
    const send: typeof held.send = (signal) => {
      machine.sent.push(`${signal} ${id.pid}`);
      return "sent";
    };
    return { ...held, send, status: () => ALIVE };
  };
  const report = await clean({ ...machine, ports: { ...machine.ports, control: { ...control, pin } } }, {});
  expect(report.carriedOut.map(({ outcomes }) => outcomes.map(({ result }) => result.outcome))).toEqual([
    ["survived"],
  ]);
  expect(machine.sent.filter((each) => each === "SIGTERM 20")).toHaveLength(1);
});

test("a command that looks by itself looks twice, a second apart, where CPU may be the matter", async () => {
  for (const [process, tookMs] of [
    [spinning(20), 1_000],
    [aProcess({ pid: 20 }), 0],
  ] as const) {
    const machine = aMachine([process]);
    await clean(machine, { dryRun: true });
    expect(machine.nowMs - 1_000_000).toBe(tookMs);
  }
});

describe("in a project", () => {
  const other = { root: "/other", config: null, policy: aPolicy() };

  test("a person's is not about what another project's limits say", async () => {
    const policy = governed({}, {}, [other]);
    const machine = aMachine([old(20), old(30, "/other"), old(40, "/elsewhere")]);
    expect(victims(await clean(machine, { project: HERE, dryRun: true }, policy))).toEqual([20, 40]);
    expect(victims(await clean(machine, { dryRun: true }, policy))).toEqual([20, 30, 40]);
  });

  test("a commit's is about the project alone", async () => {
    const machine = aMachine([old(20), old(30, "/other"), old(40, "/elsewhere")]);
    const policy = governed({}, {}, [other]);
    expect(victims(await clean(machine, { project: HERE, dryRun: true }, policy, true))).toEqual([20]);
  });

  test("where neither it nor elsewhere enforces, nothing is sent", async () => {
    const policy = governed({ mode: "observe" }, { mode: "observe" }, [other]);
    const machine = aMachine([old(20)]);
    const report = await clean(machine, { project: HERE }, policy);
    expect([report.mode, machine.sent]).toEqual(["observe", []]);
  });
});
