/** Reads the history for people and programs, row by row. */
import type { Database } from "bun:sqlite";

/** What an export holds, and how each table is asked for a time. */
const READABLE = {
  ticks: { first: "at_ms", last: "at_ms", json: [] },
  jobs: { first: "began_ms", last: "seen_ms", json: ["exempt"] },
  exits: { first: "at_ms", last: "at_ms", json: [] },
  verdicts: { first: "first_ms", last: "last_ms", json: [] },
  kills: { first: "at_ms", last: "at_ms", json: ["outcomes"] },
  events: { first: "at_ms", last: "at_ms", json: ["event"] },
} as const satisfies Record<string, { first: string; last: string; json: readonly string[] }>;

export type TableName = keyof typeof READABLE;

// the keys of a literal are exactly its type's
export const TABLE_NAMES = Object.keys(READABLE) as readonly TableName[];

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
  const { first, last, json } = READABLE[table];
  const parsed = new Set<string>(json);
  const rows = database
    .query<Record<string, Cell>, [number, number]>(
      `SELECT * FROM ${table} WHERE ${last} >= ? AND ${first} < ? ORDER BY ${last}`,
    )
    .iterate(sinceMs, untilMs);
  for (const row of rows) {
    yield Object.fromEntries(
      Object.entries(row).map(([column, cell]) => [
        camelCase(column),
        parsed.has(column) && typeof cell === "string" ? JSON.parse(cell) : cell,
      ]),
    );
  }
}

export interface TableSummary {
  readonly rows: number;
  /** Unix epoch ms; null = it is empty. */
  readonly oldestMs: number | null;
  readonly newestMs: number | null;
}

export function summarise(database: Database, table: TableName): TableSummary {
  const { first, last } = READABLE[table];
  const summary = database
    .query<TableSummary, []>(
      `SELECT count(*) AS rows, min(${first}) AS oldestMs, max(${last}) AS newestMs FROM ${table}`,
    )
    .get();
  return summary ?? { rows: 0, oldestMs: null, newestMs: null };
}
