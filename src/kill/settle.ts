/** Says what became of each target, in the words of the vocabulary. */
import type { Outcome, TargetOutcome } from "../core/plan/outcome.ts";
import { type ProcessId, type ProcessSample, sameProcess } from "../core/process/process.ts";
import type { PinStatus } from "../ports/control.ts";
import type { TerminatePorts } from "./ports.ts";
import type { Target } from "./target.ts";
import type { Respawn } from "./successors.ts";
import type { Targets } from "./targets.ts";

type SettlePorts = Pick<TerminatePorts, "control" | "clock" | "sampler">;

/** Success is what is verified: ended by notification, or a zombie without threads (I6). */
export const settle = (targets: Targets, ports: SettlePorts): readonly TargetOutcome[] => [
  ...targets.stale.map(({ sample, result, isReusedPid }) => {
    const said =
      result.outcome === "identity-changed" && isReusedPid !== true ? changed(sample, ports) : result;
    return unsignalled(sample, respawned(targets.respawns(), sample.id) ?? said);
  }),
  ...targets.all.map((target) => ({
    ...nameOf(target.sample),
    result: resultOf(target, targets.respawns(), ports),
    signals: target.signals,
    tookMs: Math.round((target.endedMs ?? ports.clock.monotonicMs()) - target.sinceMs),
  })),
  ...targets.waiting.map((sample) => unsignalled(sample, { outcome: "survived" })),
];

const nameOf = ({ id, startTimeMs, command }: ProcessSample) => ({ id, startTimeMs, command });

const unsignalled = (sample: ProcessSample, result: Outcome): TargetOutcome => ({
  ...nameOf(sample),
  result,
  signals: [],
  tookMs: 0,
});

/** How it stands now; of one whose descriptor was given to others since, how it stood then, or that it is reaped by now. */
const statusOf = (target: Target, { control }: SettlePorts): PinStatus | null => {
  const { pid, startTicks } = target.sample.id;
  if (target.isReleased && control.identify(pid)?.startTicks !== startTicks) return null;
  return target.status();
};

const resultOf = (target: Target, respawns: readonly Respawn[], ports: SettlePorts): Outcome => {
  const status = statusOf(target, ports);
  if (target.endedMs !== null || status === null) {
    return respawned(respawns, target.sample.id) ?? remains(status, ports);
  }
  if (target.refusal === "not-permitted") return { outcome: "not-permitted", uid: target.sample.uid };
  if (target.refusal === "identity-changed") return changed(target.sample, ports);
  const where = status.frozen
    ? "a frozen cgroup"
    : status.state === "uninterruptible"
      ? "an uninterruptible wait"
      : null;
  return status.pendingKill && where !== null
    ? { outcome: "uninterruptible", where }
    : { outcome: "survived" };
};

/** The process that has the pid now: a later one, or the same one as another program. */
const changed = ({ id }: ProcessSample, { control, sampler }: SettlePorts): Outcome => {
  const isSame = control.identify(id.pid)?.startTicks === id.startTicks;
  return isSame
    ? { outcome: "identity-changed", as: sampler.describe(id.pid) ?? `pid ${id.pid}` }
    : { outcome: "identity-changed" };
};

/** An ended process is a zombie until its parent reaps it. */
const remains = (status: PinStatus | null, { sampler }: SettlePorts): Outcome => {
  if (status === null) return { outcome: "gone" };
  return {
    outcome: "zombie",
    parent: status.ppid,
    parentCommand: sampler.describe(status.ppid) ?? `pid ${status.ppid}`,
    ...(status.tracer !== undefined && {
      tracer: status.tracer,
      tracerCommand: sampler.describe(status.tracer) ?? `pid ${status.tracer}`,
    }),
  };
};

const respawned = (respawns: readonly Respawn[], id: ProcessId): Outcome | null => {
  const back = respawns.find(({ victim }) => sameProcess(victim.id, id));
  if (back === undefined) return null;
  const { pid, command } = back.parent;
  return {
    outcome: "respawned",
    by: pid,
    byCommand: command,
    pid: back.twin.id.pid,
  };
};
