/** Reads what a report is made from. SQL does the summing: a week of 500 processes is some ten thousand rows. */
import type { Database } from "bun:sqlite";
import type { ReportFacts } from "../report/facts.ts";
import type { Day } from "../report/period.ts";
import { readEvidence, type InForce } from "./read/evidence.ts";
import { readGroups } from "./read/groups.ts";
import { readTotals, readWatched } from "./read/totals.ts";
import { bindings, happened, numberOf, one, type Period, type HistoryWindow } from "./read/window.ts";

export interface ReadOptions extends Omit<HistoryWindow, "isWide"> {
  /** How many entries each list has at most. */
  readonly top: number;
  /** Local days that make up the period, oldest first. */
  readonly days: readonly (Period & { readonly date: string })[];
  readonly inForce: InForce;
}

/** Comparable is what was watched for at least this part of the time. */
const COMPARABLE = 0.5;

/** A history of up to this many periods is read as a whole. */
const WIDE = 3;

const BEGAN = `
SELECT min(at_ms) AS atMs FROM (SELECT min(at_ms) AS at_ms FROM ticks UNION ALL SELECT min(at_ms) FROM kills)`;

/** One view: what the monitor writes meanwhile is in all of it or in none. Throws SQLiteError. */
export function readFacts(database: Database, options: ReadOptions): ReportFacts {
  return database.transaction(() => read(database, options))();
}

function read(database: Database, { days, top, inForce, ...asked }: ReadOptions): ReportFacts {
  const { fromMs, toMs, project } = asked;
  const historyBeganMs = one<{ atMs: number | null }>(database, BEGAN, {}).atMs;
  const lengthMs = toMs - fromMs;
  const window = { ...asked, isWide: toMs - (historyBeganMs ?? toMs) <= lengthMs * WIDE };
  const totals = readTotals(database, window);
  const before = readTotals(database, { ...window, fromMs: fromMs - lengthMs, toMs: fromMs });
  return {
    fromMs,
    toMs,
    project,
    historyBeganMs,
    totals,
    before: before.watchedMs > 0 && before.watchedMs >= totals.watchedMs * COMPARABLE ? before : null,
    ...readGroups(database, window, top),
    days: days.map((day): Day => ({ ...day, ...readDay(database, { ...window, ...day }) })),
    evidence: readEvidence(database, window, inForce),
  };
}

const readDay = (database: Database, window: HistoryWindow): Omit<Day, "date" | "fromMs" | "toMs"> => ({
  ...readWatched(database, window),
  stops: numberOf(database, `kills WHERE ${happened(window)}`, bindings(window)),
});
