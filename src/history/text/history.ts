/** `history info` and `history export`: what there is, since when, what it takes; and all of it in the documented forms. */
import type { TableName, TableSummary, ExportedRow } from "../store/read-rows.ts";
import { bytes } from "../../text/wording.ts";
import { formatDate } from "../../text/duration.ts";
import { bold, lineWidth } from "../../text/style.ts";
import { table, type Column } from "../../text/table.ts";

interface HistoryInfo {
  readonly path: string;
  /** Of the file and its write-ahead log. */
  readonly sizeBytes: number;
  readonly maxDays: number;
  readonly tables: ReadonlyMap<TableName, TableSummary>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** null: less than an hour is recorded, which says nothing about a day. */
function bytesPerDay({ sizeBytes, tables }: HistoryInfo): number | null {
  const { oldestMs = null, newestMs = null } = tables.get("ticks") ?? {};
  if (oldestMs === null || newestMs === null || newestMs - oldestMs < HOUR_MS) return null;
  return Math.round((sizeBytes * DAY_MS) / (newestMs - oldestMs));
}

export const historyInfoJson = (info: HistoryInfo): object => ({
  schemaVersion: 1,
  ...info,
  tables: Object.fromEntries(info.tables),
  bytesPerDay: bytesPerDay(info),
});

const COLUMNS = ["TABLE", "ROWS", "OLDEST", "NEWEST"].map((title): Column =>
  title === "ROWS" ? { title, align: "right" } : { title },
);

const when = (atMs: number | null): string => (atMs === null ? "–" : formatDate(atMs));

export function renderHistoryInfo(info: HistoryInfo): string {
  const perDay = bytesPerDay(info);
  const rate = perDay === null ? "" : `, ${bytes(perDay)} per day`;
  const rows = [...info.tables].map(([name, { rows: count, oldestMs, newestMs }]) => [
    name,
    count.toLocaleString("en"),
    when(oldestMs),
    when(newestMs),
  ]);
  return [
    bold(info.path),
    `${bytes(info.sizeBytes)}${rate}; kept for ${info.maxDays} days`,
    "",
    ...table(COLUMNS, rows, lineWidth()),
  ].join("\n");
}

export type Tables = Iterable<readonly [TableName, Iterable<ExportedRow>]>;

/** One object: `{schemaVersion, at, since, until, <table>: [row, …], …}`, a row per line. */
export function* exportJson(head: object, tables: Tables): Generator<string> {
  yield JSON.stringify({ schemaVersion: 1, ...head }).slice(0, -1);
  for (const [name, rows] of tables) {
    let before = `,\n"${name}":[\n`;
    for (const row of rows) {
      yield before + JSON.stringify(row);
      before = ",\n";
    }
    yield before === ",\n" ? "\n]" : `,\n"${name}":[]`;
  }
  yield "\n}\n";
}

/** A row per line, with its table's name first. */
export function* exportLines(tables: Tables): Generator<string> {
  for (const [name, rows] of tables)
    for (const row of rows) yield `${JSON.stringify({ table: name, ...row })}\n`;
}

/** The same text in fewer pieces: a system call per row would take longer than the rows. */
export function* inChunks(pieces: Iterable<string>, characters = 65_536): Generator<string> {
  let chunk = "";
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < characters) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}
