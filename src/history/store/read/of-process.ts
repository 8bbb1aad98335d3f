/** What the history has about one process: episodes over a limit, kills, and its end. Times are Unix epoch ms. */
import type { Database } from "bun:sqlite";
import { exported, type ExportedRow, type TableName } from "../read-rows.ts";
import { all, type Bindings } from "./window.ts";

interface ProcessRecords {
  readonly verdicts: readonly ExportedRow[];
  readonly kills: readonly ExportedRow[];
  /** null: it is not recorded, or it lives. */
  readonly exit: ExportedRow | null;
}

/** Two readings of one start may differ by a tick of the kernel's clock, and by a correction of the machine's. */
const ABOUT_MS = 1_500;
const MOST_ROWS = 200;

const BEGAN = "start_ms BETWEEN $fromMs AND $toMs";

/** A process of that pid that began at about `startMs`. A kill is recorded without the start: it is one of its time. */
export function recordsOf(database: Database, pid: number, startMs: number): ProcessRecords {
  const about = { pid, fromMs: startMs - ABOUT_MS, toMs: startMs + ABOUT_MS };
  const read = (table: TableName, where: string, of: Bindings): readonly ExportedRow[] =>
    all<Record<string, string | number | null>>(
      database,
      `SELECT * FROM ${table} WHERE pid = $pid AND ${where} LIMIT ${MOST_ROWS}`,
      of,
    ).map((row) => exported(row, table));
  const [exit = null] = read("exits", BEGAN, about);
  const endMs = Number(exit?.["atMs"] ?? Number.MAX_SAFE_INTEGER);
  const { fromMs } = about;
  return {
    verdicts: read("verdicts", `${BEGAN} ORDER BY last_ms DESC`, about),
    kills: read("kills", "at_ms BETWEEN $fromMs AND $endMs ORDER BY at_ms", { pid, fromMs, endMs }),
    exit,
  };
}
