/** Keeps the history from growing for ever: what is old goes, what is older than two days is thinned out. */
import type { Database } from "bun:sqlite";
import { noRows, type TickRow } from "../chronicle/rows.ts";
import { COUNTED, countRemoved } from "./counts.ts";
import { writeRows } from "./write-event.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Minutes are worth keeping for as long as somebody may ask what happened yesterday. */
const MINUTES_KEPT_MS = 2 * DAY_MS;
/** In one transaction: some 10 ms, so that a monitor's writer has its turn. */
const ROWS = 2_000;

/** What is removed by which column's age. A job goes by when it was last seen, so that none that lives is cut off. */
const AGED: readonly (readonly [table: string, keys: string, column: string])[] = [
  ["ticks", "at_ms", "at_ms"],
  ["jobs", "id, began_ms", "seen_ms"],
  ["exits", "pid, start_ms", "at_ms"],
  ["verdicts", "pid, start_ms, rule, first_ms", "last_ms"],
  ["kills", "step", "at_ms"],
  ["events", "at_ms, type, event", "at_ms"],
];

/**
 * Removes what is older than `maxDays`, merges minutes older than two days into hours, and gives the space back. Returns how
 * many rows and minutes that was, and the bytes by which the file is shorter with the next checkpoint. Throws SQLiteError.
 */
export function retain(database: Database, nowMs: number, maxDays: number) {
  const beforeMs = nowMs - maxDays * DAY_MS;
  let removed = 0;
  for (const [table, keys, column] of AGED) {
    const old = `(${keys}) IN (SELECT ${keys} FROM ${table} WHERE ${column} < ? ORDER BY ${column} LIMIT ?)`;
    const remove = database.transaction((): number => {
      if (COUNTED.has(table)) countRemoved(database, table, old, [beforeMs, ROWS]);
      return database
        .query<unknown, [number, number]>(`DELETE FROM ${table} WHERE ${old}`)
        .run(beforeMs, ROWS).changes;
    });
    let changes = ROWS;
    while (changes === ROWS) {
      changes = remove.immediate();
      removed += changes;
    }
  }
  const endMs = Math.floor((nowMs - MINUTES_KEPT_MS) / HOUR_MS) * HOUR_MS;
  const merged = database.transaction(() => mergeMinutes(database, endMs)).immediate();
  return { removed, merged, freedBytes: freePages(database) };
}

/** Whole hours. Maxima stay maxima; the mean is weighted by the looks it is made of. */
const HOURS = `
SELECT at_ms / ${HOUR_MS} * ${HOUR_MS} AS atMs, ${HOUR_MS} AS spanMs, count(*) AS minutes, sum(looks) AS looks,
  max(processes) AS processes, max(jobs) AS jobs, max(counted) AS counted, max(memory_bytes) AS memoryBytes,
  sum(cpu_percent * looks) / sum(looks) AS cpuPercent, max(cpu_percent_max) AS cpuPercentMax,
  min(available_bytes) AS availableBytes
FROM ticks WHERE at_ms < ? GROUP BY at_ms / ${HOUR_MS} HAVING min(span_ms) < ${HOUR_MS}`;

function mergeMinutes(database: Database, endMs: number): number {
  const hours = database.query<TickRow & { readonly minutes: number }, [number]>(HOURS).all(endMs);
  const remove = database.query<unknown, [number, number]>(
    "DELETE FROM ticks WHERE at_ms >= ? AND at_ms < ?",
  );
  let merged = 0;
  for (const { minutes, ...hour } of hours) {
    remove.run(hour.atMs, hour.atMs + HOUR_MS);
    writeRows(database, { ...noRows, ticks: [hour] });
    merged += minutes;
  }
  return merged;
}

/** Page by page: VACUUM would write the whole file anew beside the old one, and hold everybody up meanwhile. */
function freePages(database: Database): number {
  const pragma = (name: "freelist_count" | "page_size"): number =>
    database.query<Record<string, number>, []>(`PRAGMA ${name}`).get()?.[name] ?? 0;
  const before = pragma("freelist_count");
  // `all`: it stops at the first page unless it is stepped to its end
  database.query("PRAGMA incremental_vacuum").all();
  return (before - pragma("freelist_count")) * pragma("page_size");
}
