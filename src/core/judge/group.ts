/** Sorts the processes of a snapshot into jobs: what a person launched once is one, whatever it consists of. */
import type { History, JobMemory } from "./history.ts";
import type { Job } from "../process/job.ts";
import { orphanOf } from "./evidence/orphan.ts";
import { descends, predecessor, signatureOf, twinOf } from "./lineage.ts";
import type { Self } from "./policy.ts";
import {
  isGone,
  processKey,
  programAgeMs,
  type Details,
  type ProcessSample,
  type Snapshot,
} from "../process/process.ts";
import { ancestorsOf, isBun, isLauncher, nearestBun, topsOf, type Processes } from "../process/tree.ts";
import { isOurs } from "../process/ours.ts";

/**
 * Every living process in view belongs to at most one job (none: a non-Bun process whose Bun ancestors are gone and
 * were never seen). Ordered by the root's start.
 */
export function group(snapshot: Snapshot, history: History, self: Self): readonly Job[] {
  const members = new Map<string, ProcessSample[]>();
  const { assigned, predecessors } = assign(snapshot, history, self);
  for (const [process, id] of assigned) {
    const job = members.get(id);
    if (job === undefined) members.set(id, [process]);
    else job.push(process);
  }
  return [...members]
    .flatMap(([id, processes]) => toJob(id, processes, snapshot, history, predecessors.get(id)) ?? [])
    .toSorted((a, b) => a.root.id.startTicks - b.root.id.startTicks || a.root.id.pid - b.root.id.pid);
}

/** The same jobs in the snapshot that has these details. Marks alone say who is in a job: with them it is grouped anew. */
export function groupDetailed(
  jobs: readonly Job[],
  details: ReadonlyMap<number, Details>,
  snapshot: Snapshot,
  history: History,
  self: Self,
): readonly Job[] {
  if ([...details.values()].some(({ marks }) => marks !== undefined)) return group(snapshot, history, self);
  const now = (member: ProcessSample): ProcessSample => snapshot.processes.get(member.id.pid) ?? member;
  return jobs.map((job) => {
    if (!job.members.some(({ id }) => details.has(id.pid))) return job;
    const root = now(job.root);
    const lost = orphanOf(root, history.jobs.get(job.id), history, snapshot.monotonicMs);
    return { ...job, root, members: job.members.map(now), orphanOf: lost };
  });
}

interface Assignment {
  readonly assigned: ReadonlyMap<ProcessSample, string>;
  /** By the id of a new job: the look-alike that it comes after. */
  readonly predecessors: ReadonlyMap<string, JobMemory>;
}

/** Which job each process is in. Membership that was seen once outlives the launcher that it came from. */
function assign(snapshot: Snapshot, history: History, self: Self): Assignment {
  const { processes } = snapshot;
  const heads = findHeads(processes, self);
  const headJobs = new Set<string>();
  const assigned = new Map<ProcessSample, string>();
  const predecessors = new Map<string, JobMemory>();

  const headJob = (head: ProcessSample): string => {
    const above = nearestBun(head, processes);
    return above !== null && heads.has(above.id.pid) && isLauncher(above)
      ? jobOf(above)
      : processKey(head.id);
  };
  const remembered = (process: ProcessSample): string | null => {
    const known = history.processes.get(processKey(process.id));
    // after an exec, and below a process that turned out to be a head, what was seen no longer holds
    if (known?.runtime !== process.runtime) return null;
    return isBun(process) && headJobs.has(known.jobId) ? null : known.jobId;
  };
  /** From the nearest ancestor that says something; null = nobody above does. */
  const inherited = (process: ProcessSample): string | null => {
    for (const ancestor of ancestorsOf(process, processes)) {
      if (heads.has(ancestor.id.pid)) return isBun(process) ? processKey(process.id) : jobOf(ancestor);
      if (isBun(ancestor)) return jobOf(ancestor);
      const job = remembered(ancestor);
      if (job !== null && !headJobs.has(job)) return job;
    }
    return null;
  };
  const jobOf = (process: ProcessSample): string => {
    const known = assigned.get(process);
    if (known !== undefined) return known;
    // Ends a loop of parents, which a snapshot that was not taken in one instant could show.
    assigned.set(process, processKey(process.id));
    const job = heads.has(process.id.pid)
      ? headJob(process)
      : (remembered(process) ?? inherited(process) ?? takeUp(process));
    assigned.set(process, job);
    return job;
  };
  /** A new process without a parent in view: proven to be of a job that vanished, or a new job. */
  const takeUp = (process: ProcessSample): string => {
    const before = isBun(process)
      ? predecessor(process, vanished, history.reapers, snapshot.monotonicMs)
      : null;
    if (before === null) return processKey(process.id);
    vanished.delete(before.id);
    if (descends(process, before)) return before.id;
    predecessors.set(processKey(process.id), before);
    return processKey(process.id);
  };

  const living = [...processes.values()].filter((process) => !isGone(process));
  for (const process of living) if (heads.has(process.id.pid)) headJobs.add(jobOf(process));
  const vanished = new Map<string, JobMemory>(history.jobs);
  for (const id of headJobs) vanished.delete(id);
  for (const process of living) vanished.delete(remembered(process) ?? "");
  for (const process of living) jobOf(process);
  return { assigned, predecessors };
}

function toJob(
  id: string,
  processes: readonly ProcessSample[],
  { monotonicMs, followed }: Snapshot,
  history: History,
  ahead: JobMemory | undefined,
): Job | null {
  // without any Bun it is nobody's matter, but where a dead wrapper has left it
  const root = topsOf(processes)[0] ?? processes.find(({ id: { pid } }) => followed?.has(pid));
  if (root === undefined) return null;
  const before = history.jobs.get(id);
  const isSame = before?.root.key === processKey(root.id);
  // born in the job, and runs the same: it goes on. Another program that the job has left behind has its own age
  const replaces = !isSame && before?.root.signature === signatureOf(root);
  return {
    id,
    root,
    members: processes.toSorted((a, b) => a.id.pid - b.id.pid),
    ageMs:
      before !== undefined && (isSame || replaces)
        ? Math.max(programAgeMs(root), monotonicMs - beginningOf(before, replaces))
        : programAgeMs(root),
    orphanOf: orphanOf(root, before, history, monotonicMs),
    generation: (before?.generation ?? 0) + (replaces ? 1 : 0),
    after: before === undefined ? comesAfter(root, ahead) : before.after,
    ...unmarked(before?.unmarkedSinceMs ?? (before === undefined ? startedAgain(root, ahead) : undefined)),
  };
}

/** Once a marked head has gone on in another process, the succession before it was the same job. */
const beginningOf = ({ beganMs, after, isMarked }: JobMemory, replaces: boolean): number =>
  replaces && isMarked === true && after !== null ? Math.min(beganMs, after.sinceMs) : beganMs;

/** A marked head's offspring would bear the mark: who bears none was started by somebody else, and begins anew. */
function comesAfter(root: ProcessSample, before: JobMemory | undefined): Job["after"] {
  const isMarked = before?.isMarked === true;
  if (before === undefined || (isMarked && root.marks?.watched === false)) return null;
  return { sinceMs: before.after?.sinceMs ?? before.beganMs, isMarked };
}

const unmarked = (unmarkedSinceMs: number | undefined): Pick<Job, "unmarkedSinceMs"> =>
  unmarkedSinceMs === undefined ? {} : { unmarkedSinceMs };

/** Somebody starts it again, or it takes the mark off itself: nobody is stopped for that, and it is told. */
function startedAgain({ marks }: ProcessSample, before: JobMemory | undefined): number | undefined {
  if (before === undefined || before.unmarkedSinceMs !== undefined) return before?.unmarkedSinceMs;
  const isCleared = before.isMarked === true && marks?.watched === false;
  return isCleared ? (before.after?.sinceMs ?? before.beganMs) : undefined;
}

export const rootOf = ({ root }: Job): JobMemory["root"] => ({
  key: processKey(root.id),
  pid: root.id.pid,
  command: root.command,
  signature: signatureOf(root),
  twin: twinOf(root),
});

/**
 * Processes that launch jobs without being part of them: coding agents and other compiled programs, this product, and
 * whatever launched the watchdog. Each is a job of its own, and what it starts are jobs of their own.
 */
const standsAlone = (process: ProcessSample, self: Self): boolean =>
  process.runtime === "compiled" ||
  isOurs(process) ||
  (isBun(process) && (process.id.pid === self.pid || self.ancestors.includes(process.id.pid)));

/** Pids of all heads. A launcher (`bun run start`, `bunx claude`) stands for what it launched. */
function findHeads(processes: Processes, self: Self): ReadonlySet<number> {
  const heads = new Set<number>();
  for (const process of processes.values()) {
    if (isGone(process) || !standsAlone(process, self)) continue;
    heads.add(process.id.pid);
    let above = nearestBun(process, processes);
    while (above !== null && isLauncher(above) && !heads.has(above.id.pid)) {
      heads.add(above.id.pid);
      above = nearestBun(above, processes);
    }
  }
  return heads;
}
