/** Finds what dies with a victim, and what is left, by a walk down from it. */
import type { History } from "../judge/history.ts";
import type { Job } from "../process/job.ts";
import { processKey, sameSession, type ProcessSample } from "../process/process.ts";
import { ancestorsOf, byPid, isBun, isLauncher, type Processes } from "../process/tree.ts";

interface Targets {
  /** The victim, its Bun descendants, and its other descendants in the same session; parents first. */
  readonly targets: readonly ProcessSample[];
  /** Descendants that stay: another session, protected, another job's root. */
  readonly left: readonly ProcessSample[];
}

export function targetsOf(
  victim: ProcessSample,
  job: Job,
  jobs: readonly Job[],
  history: History,
  isProtected: (process: ProcessSample) => boolean,
): Targets {
  const targets: ProcessSample[] = [];
  const left: ProcessSample[] = [];
  const visited = new Set<ProcessSample>();
  const own = new Set(job.members);
  const everyone = jobs.flatMap(({ members }) => members);
  const childrenOf = (parent: ProcessSample): readonly ProcessSample[] =>
    everyone.filter(({ ppid, id }) => ppid === parent.id.pid && id.startTicks >= parent.id.startTicks);

  /** `sid`: the session of the nearest target above; a helper in it belongs to that target. */
  const walk = (process: ProcessSample, sid: number | null): void => {
    if (visited.has(process)) return;
    visited.add(process);
    if (!own.has(process) || isProtected(process)) {
      left.push(process);
      return;
    }
    const dies = process === victim || isBun(process) || sameSession(process.sid, sid);
    (dies ? targets : left).push(process);
    for (const child of childrenOf(process)) walk(child, dies ? process.sid : sid);
  };

  walk(victim, victim.sid);
  const members = byPid(job.members);
  const strays = job.members.filter(
    (member) => descended(member, victim, history) && !hangsBelow(member, victim, members),
  );
  for (const stray of strays.toSorted((a, b) => a.id.startTicks - b.id.startTicks)) walk(stray, victim.sid);
  return { targets, left };
}

/** Was below it when it was first seen: a process whose parents have died since hangs somewhere else in the tree now. */
function descended(process: ProcessSample, from: ProcessSample, history: History): boolean {
  const ancestors = history.processes.get(processKey(process.id))?.ancestors ?? [];
  return ancestors.includes(from.id.pid) && process.id.startTicks >= from.id.startTicks;
}

/** Is below it in the tree as it stands. */
function hangsBelow(process: ProcessSample, from: ProcessSample, members: Processes): boolean {
  return ancestorsOf(process, members).some(({ id }) => id.pid === from.id.pid);
}

/** True when `process` dies with `other` as a victim: it is below it, or was. */
export const isBelow = (
  process: ProcessSample,
  other: ProcessSample,
  members: Processes,
  history: History,
): boolean =>
  process !== other && (hangsBelow(process, other, members) || descended(process, other, history));

/**
 * Says which processes get SIGTERM: each gets it once. `bun run` passes it on to its child, so a script that is signalled beside its
 * launcher gets it twice, and most clean-ups take the second for "stop at once" (Z24: aborted in 2 of 3 runs). So a
 * launcher with a child among the targets gets none: it exits with its child, or in the escalation. Shells in between
 * do get it, before what they started: they pass nothing on, and would begin the next command of `a; b`.
 */
export function signalledOf(targets: readonly ProcessSample[]): readonly number[] {
  const passesOn = (process: ProcessSample): boolean =>
    isLauncher(process) && targets.some(({ ppid }) => ppid === process.id.pid);
  return targets.filter((process) => !passesOn(process)).map(({ id }) => id.pid);
}
