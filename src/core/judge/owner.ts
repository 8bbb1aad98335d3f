/** Finds the owner of a job, where it is not the watchdog: a job has one killer (I10). */
import type { Job } from "../process/job.ts";
import { processKey, type ProcessId, type ProcessSample } from "../process/process.ts";
import type { OwnerKind, SlotRecord } from "../process/slot.ts";
import { ancestorsOf, byPid } from "../process/tree.ts";

/** A job that the gate, a manager or a runner has launched, as its record says. */
export interface GatedJob {
  readonly record: SlotRecord;
  /** Members of its control group; empty where there is none: those descend from the owner. */
  readonly pids: ReadonlySet<number>;
  /** null: its owner lives, and looks after it. */
  readonly abandoned: Abandoned | null;
}

export interface Abandoned {
  /** Since that was first seen, ms; 0 for who looks once. */
  readonly deadForMs: number;
  /** Since the deadline of its launch, ms; negative before it, null = it has none. */
  readonly overdueMs: number | null;
}

/** The processes that dead owners have left, Bun or not. */
export const leftBehind = (gated: readonly GatedJob[]): ReadonlySet<number> =>
  new Set(gated.flatMap(({ abandoned, pids }) => (abandoned === null ? [] : [...pids])));

export interface Owner {
  readonly kind: OwnerKind;
  readonly pid: number;
  readonly jobId: string;
  readonly name: string | null;
  /** Takes one of the slots, and so one of the jobs that may run at once. */
  readonly counts: boolean;
}

/**
 * By job id: who launched it. A job inside another one is the inner owner's; one that a living owner looks after is never the
 * watchdog's, which looks after those whose owner is dead.
 */
export const gatedOf = (jobs: readonly Job[], gated: readonly GatedJob[]): ReadonlyMap<string, GatedJob> => {
  const { living = [], dead = [] } = Object.groupBy(gated, (each) =>
    each.abandoned === null ? "living" : "dead",
  );
  return new Map([...found(jobs, dead), ...found(jobs, living)]);
};

function found(jobs: readonly Job[], gated: readonly GatedJob[]): ReadonlyMap<string, GatedJob> {
  if (gated.length === 0) return new Map();
  const everybody = byPid(jobs.flatMap(({ members }) => members));
  const innermostFirst = gated.toSorted((a, b) => b.record.depth - a.record.depth);
  return new Map(
    jobs.flatMap((job) => {
      const of = innermostFirst.filter((each) => isOf(job, each, everybody));
      // an owner of several jobs is above all of them: its own mark, or its root, tells whose this is
      const innermost =
        of.find((each) => each.record.depth === of[0]?.record.depth && holds(job, each, everybody)) ?? of[0];
      return innermost === undefined ? [] : [[job.id, innermost] as const];
    }),
  );
}

export const ownerIn = ({ record: { owner, jobId, name, counts } }: GatedJob): Owner => ({
  kind: owner.kind,
  pid: owner.pid,
  jobId,
  name,
  counts,
});

type Everybody = ReadonlyMap<number, ProcessSample>;

const isOf = (job: Job, gated: GatedJob, everybody: Everybody): boolean =>
  holds(job, gated, everybody) ||
  job.members.some((member) => isBelow(member, gated.record.owner, everybody));

/** One member is in its group, or is its root, or below that. */
const holds = (job: Job, { record: { root }, pids }: GatedJob, everybody: Everybody): boolean =>
  job.members.some(
    (member) =>
      pids.has(member.id.pid) ||
      (root !== null && (isSame(member.id, root) || isBelow(member, root, everybody))),
  );

const isBelow = (member: ProcessSample, id: ProcessId, everybody: Everybody): boolean =>
  ancestorsOf(member, everybody).some((ancestor) => isSame(ancestor.id, id));

const isSame = (one: ProcessId, other: ProcessId): boolean => processKey(one) === processKey(other);
