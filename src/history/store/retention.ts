/** Keeps the history from growing for ever: what is old goes, what is older than two days is thinned out. */
import type { Database } from "bun:sqlite";
import { noRows, type TickRow } from "../chronicle/rows.ts";
import { writeRows } from "./write-event.ts";

export interface Retained {
  /** Rows removed, by table. */
  readonly removed: Readonly<Record<string, number>>;
  /** Rows of minutes that became rows of hours. */
  readonly merged: number;
  /** Given back to the file system, bytes; with the next checkpoint the file is that much shorter. */
  readonly freedBytes: number;
  /** false: the time was up; call again. */
  readonly isDone: boolean;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Minutes are worth keeping for as long as somebody may ask what happened yesterday. */
const MINUTES_KEPT_MS = 2 * DAY_MS;
/** In one transaction: some 10 ms. */
const ROWS = 2_000;
/** Pages of 4 KiB in one step. */
const PAGES = 1_000;

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
 * Removes what is older than `maxDays`, merges minutes older than two days into hours, and gives the space back
 * page by page: VACUUM would write the whole file anew beside the old one, and hold everybody up meanwhile. Ends after
 * `withinMs`, whatever is left to do. Throws SQLiteError.
 */
export function retain(database: Database, nowMs: number, maxDays: number, withinMs = 500): Retained {
  const deadlineMs = performance.now() + withinMs;
  const isUp = (): boolean => performance.now() > deadlineMs;
  const removed: Record<string, number> = {};
  for (const [table, keys, column] of AGED)
    removed[table] = removeRows(
      database,
      `DELETE FROM ${table} WHERE (${keys}) IN (SELECT ${keys} FROM ${table} WHERE ${column} < ? LIMIT ?)`,
      nowMs - maxDays * DAY_MS,
      isUp,
    );
  const merged = mergeMinutes(database, nowMs - MINUTES_KEPT_MS, isUp);
  const freedBytes = freePages(database, isUp);
  return { removed, merged, freedBytes, isDone: !isUp() };
}

function removeRows(database: Database, sql: string, beforeMs: number, isUp: () => boolean): number {
  const remove = database.query<unknown, [number, number]>(sql);
  let sum = 0;
  while (!isUp()) {
    const { changes } = remove.run(beforeMs, ROWS);
    sum += changes;
    if (changes < ROWS) break;
  }
  return sum;
}

const HOUR = `
SELECT count(*) AS minutes, sum(looks) AS looks, max(processes) AS processes, max(jobs) AS jobs, max(counted) AS counted,
  max(memory_bytes) AS memoryBytes, sum(cpu_percent * looks) / sum(looks) AS cpuPercent,
  max(cpu_percent_max) AS cpuPercentMax, min(available_bytes) AS availableBytes
FROM ticks WHERE at_ms >= ? AND at_ms < ?`;

type HourRow = Omit<TickRow, "atMs" | "spanMs"> & { readonly minutes: number };

/** Hour by hour, whole hours only. Maxima stay maxima; the mean is weighted by the looks it is made of. */
function mergeMinutes(database: Database, beforeMs: number, isUp: () => boolean): number {
  const endMs = Math.floor(beforeMs / HOUR_MS) * HOUR_MS;
  const nextMinute = database.query<{ at_ms: number }, [number, number, number]>(
    "SELECT at_ms FROM ticks WHERE at_ms >= ? AND at_ms < ? AND span_ms < ? ORDER BY at_ms LIMIT 1",
  );
  const hour = database.query<HourRow, [number, number]>(HOUR);
  const remove = database.query<unknown, [number, number]>(
    "DELETE FROM ticks WHERE at_ms >= ? AND at_ms < ?",
  );
  const mergeHour = database.transaction((atMs: number): number => {
    const within = [atMs, atMs + HOUR_MS] as const;
    const row = hour.get(...within);
    if (row === null) return 0;
    const { minutes, ...most } = row;
    remove.run(...within);
    writeRows(database, { ...noRows, ticks: [{ atMs, spanMs: HOUR_MS, ...most }] });
    return minutes;
  });
  let merged = 0;
  for (let fromMs = 0; !isUp();) {
    const first = nextMinute.get(fromMs, endMs, HOUR_MS);
    if (first === null) break;
    const hourMs = Math.floor(first.at_ms / HOUR_MS) * HOUR_MS;
    merged += mergeHour.immediate(hourMs);
    fromMs = hourMs + HOUR_MS;
  }
  return merged;
}

const pragma = (database: Database, name: "freelist_count" | "page_size"): number =>
  database.query<Record<string, number>, []>(`PRAGMA ${name}`).get()?.[name] ?? 0;

function freePages(database: Database, isUp: () => boolean): number {
  const free = (): number => pragma(database, "freelist_count");
  const before = free();
  for (let left = before; left > 0 && !isUp();) {
    // `all`: it stops at the first page unless it is stepped to its end
    database.query(`PRAGMA incremental_vacuum(${PAGES})`).all();
    const now = free();
    // a file that was not made by us, without auto_vacuum: its pages are used again, not given back
    if (now === left) break;
    left = now;
  }
  return (before - free()) * pragma(database, "page_size");
}
