/** What became of each target, in the words of the vocabulary. */
import type { Outcome, TargetOutcome } from "../core/outcome.ts";
import { type ProcessId, sameProcess } from "../core/process.ts";
import type { PinStatus, ProcessSampler } from "../ports.ts";
import type { Target } from "./target.ts";
import type { Respawn } from "./successors.ts";
import type { Targets } from "./targets.ts";

type Describe = ProcessSampler["describe"];

/** Success is what is verified: ended by notification, or a zombie without threads (I6). */
export const settle = (targets: Targets, describe: Describe, nowMs: number): readonly TargetOutcome[] => [
  ...targets.missed.map(({ sample, result }) => ({
    id: sample.id,
    startTimeMs: sample.startTimeMs,
    command: sample.command,
    result: respawned(targets.respawns(), sample.id) ?? result,
    signals: [],
    tookMs: 0,
  })),
  ...targets.all.map((target) => ({
    id: target.sample.id,
    startTimeMs: target.sample.startTimeMs,
    command: target.sample.command,
    result: resultOf(target, targets.respawns(), describe),
    signals: target.signals,
    tookMs: Math.round((target.endedMs ?? nowMs) - target.sinceMs),
  })),
];

const resultOf = (target: Target, respawns: readonly Respawn[], describe: Describe): Outcome => {
  const status = target.pin.status();
  if (target.endedMs !== null || status === null) {
    return respawned(respawns, target.sample.id) ?? remains(status, describe);
  }
  if (target.refusal === "not-permitted") return { outcome: "not-permitted", uid: target.sample.uid };
  if (target.refusal === "identity-changed") return { outcome: "identity-changed" };
  const where = status.frozen
    ? "a frozen cgroup"
    : status.state === "uninterruptible"
      ? "an uninterruptible wait"
      : null;
  return status.pendingKill && where !== null
    ? { outcome: "uninterruptible", where }
    : { outcome: "survived" };
};

/** An ended process is a zombie until its parent reaps it. */
const remains = (status: PinStatus | null, describe: Describe): Outcome => {
  if (status === null) return { outcome: "gone" };
  return {
    outcome: "zombie",
    parent: status.ppid,
    parentCommand: describe(status.ppid) ?? `pid ${status.ppid}`,
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
