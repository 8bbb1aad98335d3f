/**
 * What is new of the document of `status` to somebody who has an older one. They say of each job what they have, as a number
 * made of it: so the monitor keeps nothing for them, and says little about a machine on which little happens.
 */
import type { Viewpoint } from "./status.ts";
import type { StatusDocument } from "./status-change.ts";

type Job = StatusDocument["jobs"][number];
type Process = StatusDocument["processes"][number];

/** By a job's id. */
export type Known = readonly (readonly [job: string, number: string])[];

export interface StatusAsked {
  readonly at: Viewpoint;
  /** Of the process that asks; its own job is left out. */
  readonly pid: number;
  readonly known: Known;
}

export interface StatusNews {
  readonly rest: Omit<StatusDocument, "jobs" | "processes">;
  /** New, or not as they were, with all of their processes. */
  readonly jobs: readonly Job[];
  readonly processes: readonly Process[];
  readonly numbers: Known;
  /** Jobs that are there no more. */
  readonly gone: readonly string[];
}

/** A question has 64 KB at most. Whoever has more jobs than this asks about none of them, and is told all. */
export const MOST_KNOWN = 1_200;

export function statusNews(document: StatusDocument, known: Known): StatusNews {
  const { jobs, processes, ...rest } = document;
  const left = new Map(known);
  const members = Map.groupBy(processes, ({ job }) => job);
  const numbers: [string, string][] = [];
  const changed = jobs.filter((job) => {
    const number = numberOf(job, members.get(job.id) ?? []);
    const isSame = left.get(job.id) === number;
    left.delete(job.id);
    if (!isSame) numbers.push([job.id, number]);
    return !isSame;
  });
  return {
    rest,
    jobs: changed,
    processes: changed.flatMap(({ id }) => members.get(id) ?? []),
    numbers,
    gone: [...left.keys()],
  };
}

/** An age follows from the start, and how near to a limit something is that is ok changes all the time. */
const numberOf = (job: Job, processes: readonly Process[]): string => {
  const said = processes.map(({ verdicts, ...process }) => [
    Object.values({ ...process, ageMs: 0 }),
    verdicts.map((verdict) => (verdict.decision === "ok" ? verdict.rule : verdict)),
  ]);
  return Bun.hash(JSON.stringify([job, said])).toString(36);
};

/** The older document with what is new. Rows that are as they were stay the same objects; their ages are those of then. */
export function withNews(before: StatusDocument | null, news: StatusNews): StatusDocument {
  const { rest, jobs, processes, gone } = news;
  if (before === null) return { ...rest, jobs: [...jobs], processes: [...processes] };
  const replaced = new Set([...gone, ...jobs.map(({ id }) => id)]);
  if (replaced.size === 0) return { ...before, ...rest };
  return {
    ...rest,
    jobs: [...before.jobs.filter(({ id }) => !replaced.has(id)), ...jobs],
    processes: [...before.processes.filter(({ job }) => !replaced.has(job)), ...processes],
  };
}
