/** Follows the jobs: a row when one begins, every few minutes while it lives, and when it has ended. */
import { LIMIT_NAMES, type LimitName } from "../../core/judge/policy.ts";
import { processKey } from "../../core/process/process.ts";
import type { StopRule } from "../../core/plan/cause.ts";
import type { JudgedJob } from "../../core/judge/verdict.ts";
import { endedBy, type Ending, mostOf } from "./processes.ts";
import type { EndedBy, ExitRow, JobRow, Seen } from "./rows.ts";

/** What a SIGKILL of the monitor can take from a job's row. */
export const REFRESH_MS = 300_000;
/** A job that another monitor recorded is the same one when it began at the same time; the clock may have been set since. */
const SAME_BEGINNING_MS = 60_000;

interface LivingJob {
  readonly row: JobRow;
  /** CPU of its processes that have ended. */
  readonly endedCpuMs: number;
  /** When its row was due last (Snapshot.monotonicMs). */
  readonly writtenMs: number;
  /** Not in the last look, and since when; it may go on as another process (remember.ts). */
  readonly missing: { readonly atMs: number; readonly by: EndedBy } | null;
  /** Recorded by another monitor, and not seen since. */
  readonly isResumed: boolean;
}

/** A job that was alive when it was last recorded; `stoppedFor`: it was being stopped then. */
export interface UnendedJob {
  readonly row: JobRow;
  readonly stoppedFor: StopRule | null;
}

export type LivingJobs = ReadonlyMap<string, LivingJob>;

/** Jobs that were alive when they were last recorded, by a monitor that is gone: still missing, until a look finds them. */
export const resumeJobs = (unended: readonly UnendedJob[]): LivingJobs =>
  new Map(
    unended.map(({ row, stoppedFor }): [string, LivingJob] => {
      const missing = { atMs: row.seenMs, by: stoppedFor ?? ("unseen" as const) };
      return [row.id, { row, endedCpuMs: 0, writtenMs: -Infinity, missing, isResumed: true }];
    }),
  );

export function followJobs(
  before: LivingJobs,
  seen: Seen,
  exits: readonly ExitRow[],
  ending: Ending,
): { jobs: LivingJobs; due: readonly JobRow[] } {
  const jobs = new Map<string, LivingJob>();
  const due: JobRow[] = [];
  for (const judged of seen.judgement.jobs) {
    const known = before.get(judged.job.id);
    const isSame =
      known?.isResumed !== true || Math.abs(known.row.beganMs - beginning(judged, seen)) < SAME_BEGINNING_MS;
    if (!isSame) due.push(ended(known));
    const now = follow(isSame ? known : undefined, judged, seen, cpuOf(exits, judged.job.id));
    if (now.writtenMs === seen.monotonicMs) due.push(now.row);
    jobs.set(judged.job.id, now);
  }
  for (const [id, job] of before) {
    if (jobs.has(id)) continue;
    const missing = job.missing ?? { atMs: seen.atMs, by: endedBy(ending, id) };
    const gone = { ...job, missing, endedCpuMs: job.endedCpuMs + cpuOf(exits, id) };
    if (seen.history.jobs.has(id)) jobs.set(id, gone);
    else due.push(ended(gone));
  }
  return { jobs, due };
}

export const livingRows = (jobs: LivingJobs): readonly JobRow[] =>
  [...jobs.values()].filter(({ missing }) => missing === null).map(({ row }) => row);

const beginning = ({ job }: JudgedJob, { atMs }: Seen): number => Math.round(atMs - job.ageMs);

function ended({ row, missing, endedCpuMs }: LivingJob): JobRow {
  return {
    ...row,
    endedMs: missing?.atMs ?? row.seenMs,
    endedBy: missing?.by ?? "unseen",
    cpuMs: Math.max(row.cpuMs, endedCpuMs),
  };
}

const cpuOf = (exits: readonly ExitRow[], jobId: string): number =>
  exits.reduce((sum, { job, cpuMs }) => (job === jobId ? sum + cpuMs : sum), 0);

function follow(
  before: LivingJob | undefined,
  judged: JudgedJob,
  seen: Seen,
  newlyEndedCpuMs: number,
): LivingJob {
  const { job, processes } = judged;
  const known = before?.row;
  const endedCpuMs = (before?.endedCpuMs ?? 0) + newlyEndedCpuMs;
  let [memoryBytes, cpuMs] = [known?.memoryBytes ?? null, endedCpuMs];
  for (const { process } of processes) {
    memoryBytes = mostOf(memoryBytes, process.memoryBytes);
    cpuMs += process.cpuMs;
  }
  const isDue = before === undefined || seen.monotonicMs - before.writtenMs >= REFRESH_MS;
  // the launcher may be gone: what it was called is what the person knows
  const isRooted = processKey(job.root.id) === job.id;
  const named = known === undefined || isRooted ? null : known;
  return {
    row: {
      id: job.id,
      beganMs: known?.beganMs ?? beginning(judged, seen),
      seenMs: seen.atMs,
      endedMs: null,
      endedBy: null,
      project: named === null ? job.root.cwd : named.project,
      command: (named ?? job.root).command,
      kind: (named ?? job.root).kind,
      exempt: exemptOf(judged),
      processes: Math.max(known?.processes ?? 0, processes.length),
      memoryBytes,
      cpuMs: Math.max(known?.cpuMs ?? 0, cpuMs),
    },
    endedCpuMs,
    writtenMs: isDue ? seen.monotonicMs : before.writtenMs,
    missing: null,
    isResumed: false,
  };
}

/** No limit holds for what is protected, our own commands among it: it says nothing about what a limit has to be. */
const exemptOf = ({ exempt, protectedBecause }: JudgedJob): readonly LimitName[] =>
  protectedBecause === null ? exempt.map(({ limit }) => limit) : LIMIT_NAMES;
