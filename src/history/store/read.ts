/** Reads what a report is made from. SQL does the summing: a week of 500 processes is some ten thousand rows. */
import type { Database } from "bun:sqlite";
import type { Loaded } from "../../config/load.ts";
import { formatDate } from "../../text/duration.ts";
import { periodReport } from "../report/advice/all.ts";
import type { Day, LocalDay, PeriodReport, ReportFacts } from "../report/period.ts";
import { readEvidence, type InForce } from "./read/evidence.ts";
import { readGroups, readTotals, readWatched } from "./read/sums.ts";
import { bindings, happened, numberOf, one, type HistoryWindow } from "./read/window.ts";

export interface PeriodOptions extends Omit<HistoryWindow, "isWide"> {
  /** How many entries each list has at most. */
  readonly top: number;
}

export interface ReadOptions extends PeriodOptions {
  /** Local days that make up the period, oldest first. */
  readonly days: readonly LocalDay[];
  readonly inForce: InForce;
}

/** The journal must be imported already, or what it says last is missing. Throws SQLiteError. */
export function reportFrom(
  database: Database,
  { policy, options: { home } }: Loaded,
  period: PeriodOptions,
): PeriodReport {
  const days = localDays(period.fromMs, period.toMs);
  return periodReport(readFacts(database, { ...period, days, inForce: policy }), { ...policy, home });
}

/** The local days that a period touches, oldest first; the first and the last are cut to it. */
export function localDays(fromMs: number, toMs: number): readonly LocalDay[] {
  const days: LocalDay[] = [];
  for (let startMs = fromMs; startMs < toMs;) {
    const at = new Date(startMs);
    const midnight = new Date(at.getFullYear(), at.getMonth(), at.getDate() + 1);
    const endMs = Math.min(toMs, midnight.getTime());
    days.push({ date: formatDate(startMs).slice(0, 10), fromMs: startMs, toMs: endMs });
    startMs = endMs;
  }
  return days;
}

/** Comparable is what was watched for at least this part of the time. */
const COMPARABLE = 0.5;

/** A history of up to this many periods is read as a whole. */
const WIDE = 3;

const BEGAN = `
SELECT min(at_ms) AS atMs FROM (SELECT min(at_ms) AS at_ms FROM ticks UNION ALL SELECT min(at_ms) FROM kills)`;

/** One view: what the monitor writes meanwhile is in all of it or in none. Throws SQLiteError. */
export const readFacts = (database: Database, options: ReadOptions): ReportFacts =>
  database.transaction(() => read(database, options))();

function read(database: Database, { days, top, inForce, ...asked }: ReadOptions): ReportFacts {
  const { fromMs, toMs } = asked;
  const historyBeganMs = one<{ atMs: number | null }>(database, BEGAN, {}).atMs;
  const lengthMs = toMs - fromMs;
  const window = { ...asked, isWide: toMs - (historyBeganMs ?? toMs) <= lengthMs * WIDE };
  const totals = readTotals(database, window);
  const before = readTotals(database, { ...window, fromMs: fromMs - lengthMs, toMs: fromMs });
  return {
    ...asked,
    historyBeganMs,
    totals,
    before: before.watchedMs > 0 && before.watchedMs >= totals.watchedMs * COMPARABLE ? before : null,
    ...readGroups(database, window, top),
    days: days.map((day): Day => {
      const its = { ...window, ...day };
      const stops = numberOf(database, `kills WHERE ${happened(its)}`, bindings(its));
      return { ...day, ...readWatched(database, day), stops };
    }),
    evidence: readEvidence(database, window, inForce),
  };
}
