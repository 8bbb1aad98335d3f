/** Finds the owner of a job, where it is not the watchdog: a job has one killer (I10). */
import type { Job } from "../process/job.ts";
import type { ProcessSample } from "../process/process.ts";
import type { SlotRecord } from "../process/slot.ts";
import { ancestorsOf, byPid } from "../process/tree.ts";

/** A job that was launched through the gate. */
export interface GatedJob {
  readonly record: SlotRecord;
  /** Members of its control group; empty where there is none: those descend from the wrapper. */
  readonly pids: ReadonlySet<number>;
  /** null: its wrapper lives, and looks after it. */
  readonly abandoned: Abandoned | null;
}

/** Of a job whose wrapper is dead. */
export interface Abandoned {
  /** Since that was first seen, ms; 0 for who looks once. */
  readonly deadForMs: number;
  /** Since the deadline of its launch, ms; negative before it, null = it has none. */
  readonly overdueMs: number | null;
}

/** The processes that dead wrappers have left, Bun or not. */
export const leftBehind = (gated: readonly GatedJob[]): ReadonlySet<number> =>
  new Set(gated.flatMap(({ abandoned, pids }) => (abandoned === null ? [] : [...pids])));

/** The wrapper that looks after a job. */
export interface Owner {
  readonly pid: number;
  readonly jobId: string;
  /** Given by the user; null = none. */
  readonly name: string | null;
  /** Takes one of the slots, and so one of the jobs that may run at once. */
  readonly counts: boolean;
}

/** By job id; without those that nobody but the watchdog looks after. A job inside a gated one is the inner wrapper's. */
export function ownersOf(jobs: readonly Job[], gated: readonly GatedJob[]): ReadonlyMap<string, Owner> {
  const looked = gated.filter(({ abandoned }) => abandoned === null);
  return new Map([...found(jobs, looked)].map(([id, job]) => [id, ownerOf(job)]));
}

/** By job id: those whose wrapper is dead, so that the watchdog looks after them. */
export const abandonedOf = (
  jobs: readonly Job[],
  gated: readonly GatedJob[],
): ReadonlyMap<string, GatedJob> =>
  found(
    jobs,
    gated.filter(({ abandoned }) => abandoned !== null),
  );

function found(jobs: readonly Job[], gated: readonly GatedJob[]): ReadonlyMap<string, GatedJob> {
  if (gated.length === 0) return new Map();
  const everybody = byPid(jobs.flatMap(({ members }) => members));
  const innermostFirst = gated.toSorted((a, b) => b.record.depth - a.record.depth);
  return new Map(
    jobs.flatMap((job) => {
      const innermost = innermostFirst.find((each) => isOf(job, each, everybody));
      return innermost === undefined ? [] : [[job.id, innermost] as const];
    }),
  );
}

const ownerOf = ({ record: { wrapper, jobId, name, counts } }: GatedJob): Owner => ({
  pid: wrapper.pid,
  jobId,
  name,
  counts,
});

function isOf(job: Job, { record, pids }: GatedJob, everybody: ReadonlyMap<number, ProcessSample>): boolean {
  const { wrapper, root } = record;
  return job.members.some(
    (member) =>
      pids.has(member.id.pid) ||
      (root !== null && member.id.pid === root.pid && member.id.startTicks === root.startTicks) ||
      ancestorsOf(member, everybody).some(
        ({ id }) => id.pid === wrapper.pid && id.startTicks === wrapper.startTicks,
      ),
  );
}
