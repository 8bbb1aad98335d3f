/** `history info`: what there is, since when, and what it takes. */
import type { TableName, TableSummary } from "../../record/history/read-rows.ts";
import { bytes } from "../../core/wording.ts";
import { formatDate } from "../duration.ts";
import { bold, lineWidth } from "./style.ts";
import { table } from "./table.ts";

export interface HistoryInfo {
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

const COLUMNS = [
  { title: "TABLE" },
  { title: "ROWS", align: "right" },
  { title: "OLDEST" },
  { title: "NEWEST" },
] as const;

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
