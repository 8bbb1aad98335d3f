/** Sums over a period. */
import type { Database, Statement } from "bun:sqlite";
import type { Totals } from "../../../core/report/period.ts";
import type { RuleName } from "../../../core/verdict.ts";
import {
  bindings,
  judged,
  happened,
  ran,
  UNSTOPPED,
  type Bindings,
  type Period,
  type Window,
} from "./window.ts";

/** A monitor watches everything: these numbers cannot be divided among projects. */
type Watched = Pick<
  Totals,
  | "watchedMs"
  | "peakJobs"
  | "peakMemoryBytes"
  | "meanCpuPercent"
  | "maxCpuPercent"
  | "monitorStarts"
  | "breakerOpenings"
>;

const WATCHED = `
SELECT coalesce(sum(span_ms), 0) AS watchedMs, max(jobs) AS peakJobs, max(memory_bytes) AS peakMemoryBytes,
  sum(cpu_percent * span_ms) / sum(span_ms) AS meanCpuPercent, max(cpu_percent_max) AS maxCpuPercent
FROM ticks WHERE at_ms >= $fromMs AND at_ms < $toMs`;

const EVENTS = `
SELECT count(*) FILTER (WHERE type = 'started') AS monitorStarts,
  count(*) FILTER (WHERE type = 'breaker' AND json_extract(event, '$.open')) AS breakerOpenings
FROM events WHERE at_ms >= $fromMs AND at_ms < $toMs`;

export function readWatched(database: Database, { fromMs, toMs }: Period): Watched {
  const of = { fromMs, toMs };
  return {
    ...one(database.query<Omit<Watched, "monitorStarts" | "breakerOpenings">, Bindings>(WATCHED), of),
    ...one(database.query<Pick<Watched, "monitorStarts" | "breakerOpenings">, Bindings>(EVENTS), of),
  };
}

const stopsIn = (window: Window): string => `
SELECT rule, count(*) AS stops, sum(targets) AS targets, coalesce(sum(survivors), 0) AS survivors,
  count(*) FILTER (WHERE survivors IS NULL) AS unknown
FROM kills WHERE ${happened(window)} GROUP BY rule ORDER BY stops DESC`;

interface StopsOfRule {
  readonly rule: RuleName;
  readonly stops: number;
  readonly targets: number;
  readonly survivors: number;
  readonly unknown: number;
}

export function readTotals(database: Database, window: Window): Totals {
  const of = bindings(window);
  const stops = database.query<StopsOfRule, Bindings>(stopsIn(window)).all(of);
  const sum = (key: "stops" | "targets" | "survivors" | "unknown"): number =>
    stops.reduce((total, each) => total + each[key], 0);
  return {
    ...readWatched(database, window),
    jobs: one(
      database.query<{ n: number }, Bindings>(`SELECT count(*) AS n FROM jobs WHERE ${ran(window)}`),
      of,
    ).n,
    stops: sum("stops"),
    stopsByRule: Object.fromEntries(stops.map(({ rule, stops: n }) => [rule, n])),
    targets: sum("targets"),
    survivors: sum("survivors"),
    unknown: sum("unknown"),
    observed: one(
      database.query<{ n: number }, Bindings>(
        `SELECT count(*) AS n FROM verdicts WHERE ${judged(window)} AND ${UNSTOPPED}`,
      ),
      of,
    ).n,
  };
}

/** Of a statement that always has a row. */
export function one<Row>(statement: Statement<Row, [Bindings]>, of: Bindings): Row {
  const row = statement.get(of);
  if (row === null) throw new Error(`the history gave no row for: ${statement.toString()}`);
  return row;
}
