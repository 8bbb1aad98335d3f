/** What the history keeps of the looks: each look is folded into a plain value, and rows come out when they are due. */
import type { WatchdogEvent } from "../../core/plan/event.ts";
import { endingAfter, type Ending, followProcesses, type LivingProcesses } from "./processes.ts";
import { followEpisodes, type Episodes } from "./episodes.ts";
import { followJobs, livingRows, resumeJobs, type LivingJobs, type UnendedJob } from "./jobs.ts";
import type { Rows, Seen, TickRow } from "./rows.ts";

/** Live processes and jobs only, so that a year of monitoring costs no memory. */
export interface Chronicle {
  /** The row as it would be if the minute were over; null before the first look. */
  readonly minute: TickRow | null;
  readonly processes: LivingProcesses;
  readonly jobs: LivingJobs;
  readonly episodes: Episodes;
  readonly ending: Ending;
}

/** `unended`: jobs that the last monitor left as living, so that they keep their rows or get their ends. */
export const beginChronicle = (unended: readonly UnendedJob[] = []): Chronicle => ({
  minute: null,
  processes: new Map(),
  jobs: resumeJobs(unended),
  episodes: new Map(),
  ending: new Map(),
});

/** Folds one look in. Costs a few µs per Bun process, and nothing for others. */
export function observe(before: Chronicle, seen: Seen): { chronicle: Chronicle; rows: Rows } {
  const [last, now] = [before.minute, count(seen)];
  const minute = last?.atMs === now.atMs ? merge(last, now) : now;
  const ticks = last === null || last.atMs === now.atMs ? [] : [last];
  const { processes, exits } = followProcesses(before.processes, seen, before.ending);
  const { jobs, due: dueJobs } = followJobs(before.jobs, seen, exits, before.ending);
  const { episodes, due: verdicts } = followEpisodes(before.episodes, seen);
  // what was settled has been accounted for
  const ending = new Map([...before.ending].filter(([, { isSettled }]) => !isSettled));
  return {
    chronicle: { minute, processes, jobs, episodes, ending },
    rows: { ticks, jobs: dueJobs, exits, verdicts },
  };
}

/** Hears what is being stopped: exits that the next looks find are then put down to it. */
export const hear = (before: Chronicle, event: WatchdogEvent): Chronicle => ({
  ...before,
  ending: endingAfter(before.ending, event),
});

/** What is still open when the watch ends; everything is then as it was at the last look. */
export const finish = ({ minute, jobs, episodes }: Chronicle): Rows => ({
  ticks: minute === null ? [] : [minute],
  jobs: livingRows(jobs),
  exits: [],
  verdicts: [...episodes.values()].filter(({ writtenMs }) => writtenMs !== null).map(({ row }) => row),
});

/** Thins looks out: those of one minute become one row. */
const MINUTE_MS = 60_000;

function count({ atMs, machine, judgement }: Seen): TickRow {
  let [processes, counted, memoryBytes, cpuPercent] = [0, 0, 0, 0];
  for (const job of judgement.jobs) {
    if (job.counts) counted++;
    processes += job.processes.length;
    for (const judged of job.processes) {
      memoryBytes += judged.process.memoryBytes ?? 0;
      cpuPercent += judged.cpuPercent ?? 0;
    }
  }
  return {
    atMs: Math.floor(atMs / MINUTE_MS) * MINUTE_MS,
    spanMs: MINUTE_MS,
    looks: 1,
    processes,
    jobs: judgement.jobs.length,
    counted,
    memoryBytes,
    cpuPercent,
    cpuPercentMax: cpuPercent,
    availableBytes: machine.availableBytes,
  };
}

const merge = (a: TickRow, b: TickRow): TickRow => ({
  atMs: a.atMs,
  spanMs: a.spanMs,
  looks: a.looks + b.looks,
  processes: Math.max(a.processes, b.processes),
  jobs: Math.max(a.jobs, b.jobs),
  counted: Math.max(a.counted, b.counted),
  memoryBytes: Math.max(a.memoryBytes, b.memoryBytes),
  cpuPercent: (a.cpuPercent * a.looks + b.cpuPercent * b.looks) / (a.looks + b.looks),
  cpuPercentMax: Math.max(a.cpuPercentMax, b.cpuPercentMax),
  availableBytes: leastOf(a.availableBytes, b.availableBytes),
});

const leastOf = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);
