/** Thins looks out: those of one minute become one row. */
import type { TickRow } from "./rows.ts";
import type { Seen } from "./seen.ts";

export const MINUTE_MS = 60_000;

/** The row as it would be if the minute were over; null before the first look. */
export type Minute = TickRow | null;

/** `due`: the minute before, when this look began another. */
export function addToMinute(before: Minute, seen: Seen): { minute: TickRow; due: readonly TickRow[] } {
  const now = count(seen);
  if (before === null) return { minute: now, due: [] };
  return before.atMs === now.atMs ? { minute: merge(before, now), due: [] } : { minute: now, due: [before] };
}

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

/** The smaller reading; what could not be read is none. */
const leastOf = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);
