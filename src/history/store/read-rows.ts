/** Reads the history for people and programs, row by row. */
import type { Database } from "bun:sqlite";

export const TABLE_NAMES = ["ticks", "jobs", "exits", "verdicts", "kills", "events"] as const;
export type TableName = (typeof TABLE_NAMES)[number];

/** The columns that a time range is compared with (when a row begins and ends), and one that holds JSON. */
const READABLE: Readonly<Record<TableName, readonly [first: string, last: string, json?: string]>> = {
  ticks: ["at_ms", "at_ms"],
  jobs: ["began_ms", "seen_ms", "exempt"],
  exits: ["at_ms", "at_ms"],
  verdicts: ["first_ms", "last_ms"],
  kills: ["at_ms", "at_ms", "outcomes"],
  events: ["at_ms", "at_ms", "event"],
};

type Cell = string | number | null;

/** A row as JSON shows it: the column `at_ms` is `atMs`. */
export type ExportedRow = Readonly<Record<string, unknown>>;

const camelCase = (column: string): string =>
  column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Rows that touch `sinceMs` ≤ t < `untilMs`, oldest first; one at a time is in memory. */
export function* readRows(
  database: Database,
  table: TableName,
  { sinceMs, untilMs }: { readonly sinceMs: number; readonly untilMs: number },
): Generator<ExportedRow> {
  const [first, last] = READABLE[table];
  const rows = database
    .query<Record<string, Cell>, [number, number]>(
      `SELECT * FROM ${table} WHERE ${last} >= ? AND ${first} < ? ORDER BY ${last}`,
    )
    .iterate(sinceMs, untilMs);
  for (const row of rows) yield exported(row, table);
}

/** The newest of them, oldest first; `most` at once are in memory. */
export function newestRows(
  database: Database,
  table: TableName,
  { sinceMs, untilMs, most }: { readonly sinceMs: number; readonly untilMs: number; readonly most: number },
): readonly ExportedRow[] {
  const [first, last] = READABLE[table];
  return database
    .query<Record<string, Cell>, [number, number, number]>(
      `SELECT * FROM ${table} WHERE ${last} >= ? AND ${first} < ? ORDER BY ${last} DESC LIMIT ?`,
    )
    .all(sinceMs, untilMs, most)
    .map((row) => exported(row, table))
    .toReversed();
}

/** A row of that table, its names and its JSON as other programs read them. */
export const exported = (row: Readonly<Record<string, Cell>>, table: TableName): ExportedRow =>
  Object.fromEntries(
    Object.entries(row).map(([column, cell]) => [
      camelCase(column),
      column === READABLE[table][2] && typeof cell === "string" ? JSON.parse(cell) : cell,
    ]),
  );

export interface TableSummary {
  readonly rows: number;
  /** Unix epoch ms; null = it is empty. */
  readonly oldestMs: number | null;
  readonly newestMs: number | null;
}

export function summarise(database: Database, table: TableName): TableSummary {
  const [first, last] = READABLE[table];
  const summary = database
    .query<TableSummary, []>(
      `SELECT count(*) AS rows, min(${first}) AS oldestMs, max(${last}) AS newestMs FROM ${table}`,
    )
    .get();
  return summary ?? { rows: 0, oldestMs: null, newestMs: null };
}
