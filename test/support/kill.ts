/** Runs the kill protocol against a fixture's tree, with everything that it needs around it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WatchdogEvent } from "../../src/core/plan/event.ts";
import type { Outcome } from "../../src/core/plan/outcome.ts";
import { judgedAs } from "../../src/core/plan/cause.ts";
import type { Step } from "../../src/core/plan/plan.ts";
import type { ProcessSample, Snapshot } from "../../src/core/process/process.ts";
import type { TerminatePorts } from "../../src/kill/ports.ts";
import { rescan } from "../../src/kill/rescan.ts";
import { type StepOutcome, terminate, type TerminateOptions } from "../../src/kill/terminate.ts";
import { systemClock } from "../../src/os/clock.ts";
import { openControl, openSampler } from "../../src/os/select.ts";
import type { ProcessSampler } from "../../src/ports/sampler.ts";
import { openFrozenRecord } from "../../src/record/frozen.ts";
import { requireNamespace } from "./namespace.ts";
import { aTimeout } from "./build.ts";

export interface KillPorts extends TerminatePorts, Disposable {
  readonly sampler: ProcessSampler;
  readonly events: readonly WatchdogEvent[];
}

/** The real mechanisms, a journal in memory, a record in a directory of its own. */
export const killPorts = (): KillPorts => {
  requireNamespace();
  const directory = mkdtempSync(join(tmpdir(), "bun-watchdog-kill-"));
  const sampler = openSampler({ uid: process.getuid?.() ?? 0, scope: "user", projectRoot: "/" });
  const control = openControl();
  const events: WatchdogEvent[] = [];
  return {
    sampler,
    control,
    clock: systemClock,
    journal: { write: (event) => void events.push(event) },
    frozen: openFrozenRecord(directory, control),
    events,
    [Symbol.dispose]: () => {
      sampler.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

export interface Wish extends Partial<TerminateOptions> {
  readonly immediate?: boolean;
  /** Default: the root alone. */
  readonly signalled?: readonly number[];
}

/** The step that a plan would hold for this victim: it and its descendants. */
export const stepFor = (snapshot: Snapshot, victimPid: number, wish: Wish = {}): Step => {
  const victim = snapshot.processes.get(victimPid);
  if (victim === undefined) throw new Error(`pid ${victimPid} is not in the snapshot`);
  const mayKill = wish.mayKill ?? (() => true);
  const { found, left } = rescan(snapshot, {
    members: [victim],
    isLiving: () => true,
    spared: new Set(),
    mayKill,
  });
  return {
    jobId: `${victimPid}`,
    victim,
    cause: judgedAs(aTimeout),
    targets: [victim, ...found],
    signalled: wish.signalled ?? [victimPid],
    left,
    isOrphan: false,
    immediate: wish.immediate ?? false,
  };
};

/** Looks, plans for the tree below `victimPid` and terminates it. */
export async function terminateTree(
  victimPid: number,
  wish: Wish = {},
  ports: KillPorts = killPorts(),
): Promise<StepOutcome> {
  const before = ports.sampler.sample();
  return await terminate(stepFor(before, victimPid, wish), ports, {
    graceMs: 300,
    mayKill: () => true,
    before,
    ...wish,
  });
}

/** How each process ended, by pid. */
export const resultsOf = ({ outcomes }: StepOutcome): ReadonlyMap<number, Outcome> =>
  new Map(outcomes.map(({ id, result }) => [id.pid, result]));

/** The words only. */
export const wordsOf = ({ outcomes }: StepOutcome): readonly string[] =>
  outcomes.map(({ result }) => result.outcome);

export const signalsTo = ({ outcomes }: StepOutcome, pid: number): readonly string[] | undefined =>
  outcomes.find(({ id }) => id.pid === pid)?.signals;

export const sampleOf = (snapshot: Snapshot, pid: number): ProcessSample => {
  const sample = snapshot.processes.get(pid);
  if (sample === undefined) throw new Error(`pid ${pid} is not in the snapshot`);
  return sample;
};
