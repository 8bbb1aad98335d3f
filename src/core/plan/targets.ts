/** Who dies with a victim, and who stays. The plan and every look during the kill ask here. */
import type { History } from "../judge/history.ts";
import type { Job } from "../process/job.ts";
import { isGone, processKey, sameSession, type ProcessSample } from "../process/process.ts";
import { ancestorsOf, byPid, isBun, isLauncher, type Processes } from "../process/tree.ts";

interface Targets {
  /** The victim, its Bun descendants, and its other descendants in the same session; parents first. */
  readonly targets: readonly ProcessSample[];
  /** Descendants that stay: another session, protected, another job's root. */
  readonly left: readonly ProcessSample[];
}

type ChildrenOf = (parent: ProcessSample) => readonly ProcessSample[];

/** A child is never older than its parent: that would be a reused pid. */
export function childrenAmong(everyone: Iterable<ProcessSample>): ChildrenOf {
  const byParent = Map.groupBy(everyone, ({ ppid }) => ppid);
  return ({ id }) =>
    (byParent.get(id.pid) ?? []).filter((child) => child.id.startTicks >= id.startTicks && !isGone(child));
}

/**
 * Finds who dies with `heads`: every Bun process below them, and other programs in the session of the nearest one
 * above that dies. The walk goes on below a program that stays, and ends at one that is closed. Parents first.
 */
export function dieWith(
  heads: readonly ProcessSample[],
  childrenOf: ChildrenOf,
  isClosed: (process: ProcessSample) => boolean,
  isSpared: (process: ProcessSample) => boolean = () => false,
): Targets {
  const targets: ProcessSample[] = [];
  const left: ProcessSample[] = [];
  const seen = new Set(heads.map(({ id }) => id.pid));
  const walk = (parent: ProcessSample, sid: number | null): void => {
    for (const child of childrenOf(parent)) {
      if (seen.has(child.id.pid)) continue;
      seen.add(child.id.pid);
      const isOpen = !isClosed(child);
      const dies = isOpen && !isSpared(child) && (isBun(child) || sameSession(child.sid, sid));
      (dies ? targets : left).push(child);
      if (isOpen) walk(child, dies ? child.sid : sid);
    }
  };
  for (const head of heads) walk(head, head.sid);
  return { targets, left };
}

export function targetsOf(
  victim: ProcessSample,
  job: Job,
  jobs: readonly Job[],
  history: History,
  isProtected: (process: ProcessSample) => boolean,
): Targets {
  if (isProtected(victim)) return { targets: [], left: [victim] };
  const own = new Set(job.members);
  const members = byPid(job.members);
  const strays = job.members
    .filter((member) => descended(member, victim, history) && !hangsBelow(member, victim, members))
    .toSorted((a, b) => a.id.startTicks - b.id.startTicks);
  const childrenOf = childrenAmong(jobs.flatMap((each) => each.members));
  const { targets, left } = dieWith(
    [victim],
    (parent) => (parent === victim ? [...childrenOf(victim), ...strays] : childrenOf(parent)),
    (process) => !own.has(process) || isProtected(process),
  );
  return { targets: [victim, ...targets], left };
}

/** Was below it when it was first seen: a process whose parents have died since hangs somewhere else in the tree now. */
function descended(process: ProcessSample, from: ProcessSample, history: History): boolean {
  const ancestors = history.processes.get(processKey(process.id))?.ancestors ?? [];
  return ancestors.includes(from.id.pid) && process.id.startTicks >= from.id.startTicks;
}

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
