/** What differs between two looks: a page of 500 processes gets what has changed, and not half a megabyte a second. */
import type { statusDocument } from "./status.ts";

export type StatusDocument = ReturnType<typeof statusDocument>;
export type ShownJob = StatusDocument["jobs"][number];
export type ShownProcess = StatusDocument["processes"][number];

/** What changes all the time of a process that stays as it is. */
export type ShownReadings = Pick<ShownProcess, "id" | "state" | "cpuPercent" | "memoryBytes" | "rssBytes">;

export interface StatusChange {
  /** All but the rows; what is missing is as it was. */
  readonly rest: Partial<Omit<StatusDocument, "jobs" | "processes">> & Pick<StatusDocument, "at">;
  /** New, or not as they were, with all of their processes. */
  readonly jobs: readonly ShownJob[];
  readonly processes: readonly ShownProcess[];
  /** Of processes that are as they were. Their ages follow from their starts. */
  readonly readings: readonly ShownReadings[];
  /** Jobs that are there no more, and with them their processes. */
  readonly gone: readonly string[];
}

/** The document after the change. The order of its rows is no part of it. */
export function withChange(before: StatusDocument, change: StatusChange): StatusDocument {
  const { rest, jobs, processes, readings, gone } = change;
  const replaced = new Set([...gone, ...jobs.map(({ id }) => id)]);
  const now = new Map(readings.map((row) => [row.id, row]));
  const document = {
    ...before,
    ...rest,
    jobs: rowsAfter(before.jobs, jobs, ({ id }) => replaced.has(id)),
    processes: rowsAfter(before.processes, processes, ({ job }) => replaced.has(job)).map((row) => {
      const read = now.get(row.id);
      return read === undefined ? row : Object.assign({}, row, read);
    }),
  };
  const atMs = Date.parse(document.at);
  // its rows are nobody else's
  for (const row of document.processes) row.ageMs = Math.max(0, atMs - row.startTimeMs);
  return document;
}

/** Each row stays at its place. */
function rowsAfter<Row extends { readonly id: string }>(
  before: readonly Row[],
  news: readonly Row[],
  isReplaced: (row: Row) => boolean,
): Row[] {
  const left = new Map(news.map((row) => [row.id, row]));
  const kept = before.flatMap((row) => {
    const now = left.get(row.id);
    left.delete(row.id);
    return now ?? (isReplaced(row) ? [] : row);
  });
  return [...kept, ...left.values()];
}
