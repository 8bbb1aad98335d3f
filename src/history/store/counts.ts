/**
 * How often something has happened, ever. Such a number may only grow: whoever compares two readings of it takes a smaller one for a
 * new beginning. So rows that grow old are counted before they go.
 */
import type { Database } from "bun:sqlite";
import { child, isRecord, parsedJson } from "../../text/json.ts";

export interface HistoryCounts {
  /** Steps that were carried out, or at least begun, by rule. */
  readonly steps: Counts;
  /** Processes that were to be stopped, by rule and outcome: `cpu gone`. */
  readonly ends: Counts;
  /** Events of the journal, by type. */
  readonly events: Counts;
}

export type Counts = Readonly<Record<string, number>>;

export const NO_COUNTS: HistoryCounts = { steps: {}, ends: {}, events: {} };

/** In `marks`: what was counted of rows that are gone. */
const MARK = "counts";

const SOURCES: readonly (readonly [name: keyof HistoryCounts, table: string, key: string, from: string])[] = [
  ["steps", "kills", "rule", "kills"],
  [
    "ends",
    "kills",
    "rule || ' ' || json_extract(o.value, '$.result.outcome')",
    "kills, json_each(outcomes) AS o",
  ],
  ["events", "events", "type", "events"],
];

/** Tables that something is counted of. */
export const COUNTED: ReadonlySet<string> = new Set(SOURCES.map(([, table]) => table));

/** One view: what is removed meanwhile is counted once. Throws SQLiteError. */
export const readCounts = (database: Database): HistoryCounts =>
  database.transaction(() => {
    const gone = removedBefore(database);
    for (const source of SOURCES)
      gone[source[0]] = sum(gone[source[0]], countsIn(database, source, "TRUE", []));
    return gone;
  })();

/** Before the rows of `table` that `where` says are removed, in the same transaction. */
export function countRemoved(database: Database, table: string, where: string, of: readonly number[]): void {
  const gone = removedBefore(database);
  for (const source of SOURCES)
    if (source[1] === table) gone[source[0]] = sum(gone[source[0]], countsIn(database, source, where, of));
  database.query("INSERT OR REPLACE INTO marks VALUES (?, ?)").run(MARK, JSON.stringify(gone));
}

function countsIn(
  database: Database,
  [, , key, from]: (typeof SOURCES)[number],
  where: string,
  of: readonly number[],
): Counts {
  const rows = database
    .query<{ key: string; n: number }, number[]>(
      `SELECT ${key} AS key, count(*) AS n FROM ${from} WHERE ${where} GROUP BY 1 HAVING key IS NOT NULL`,
    )
    .all(...of);
  return Object.fromEntries(rows.map((row) => [row.key, row.n]));
}

function removedBefore(database: Database): Record<keyof HistoryCounts, Counts> {
  const row = database.query<{ value: string }, [string]>("SELECT value FROM marks WHERE name = ?").get(MARK);
  const known = row === null ? null : parsedJson(row.value);
  return {
    steps: countsAt(known, "steps"),
    ends: countsAt(known, "ends"),
    events: countsAt(known, "events"),
  };
}

const countsAt = (known: unknown, name: keyof HistoryCounts): Counts => {
  const counts = child(known, name);
  if (!isRecord(counts)) return {};
  return Object.fromEntries(
    Object.entries(counts).filter((entry): entry is [string, number] => Number.isSafeInteger(entry[1])),
  );
};

const sum = (some: Counts, others: Counts): Counts => {
  const keys = new Set([...Object.keys(some), ...Object.keys(others)]);
  return Object.fromEntries([...keys].map((key) => [key, (some[key] ?? 0) + (others[key] ?? 0)]));
};
