/** Sums over a period. */
import type { Database } from "bun:sqlite";
import type { Measured, Totals } from "../../report/period.ts";
import type { StopRule } from "../../../core/plan/cause.ts";
import {
  all,
  bindings,
  happened,
  judged,
  numberOf,
  one,
  ran,
  UNSTOPPED,
  type Period,
  type HistoryWindow,
} from "./window.ts";

/** A monitor watches everything: these numbers cannot be divided among projects. */
type Watched = Omit<Measured, "stops">;

const WATCHED = `
SELECT coalesce(sum(span_ms), 0) AS watchedMs, max(jobs) AS peakJobs, max(memory_bytes) AS peakMemoryBytes,
  sum(cpu_percent * span_ms) / sum(span_ms) AS meanCpuPercent, max(cpu_percent_max) AS maxCpuPercent
FROM ticks WHERE at_ms >= $fromMs AND at_ms < $toMs`;

const EVENTS = `
SELECT count(*) FILTER (WHERE type = 'started') AS monitorStarts,
  count(*) FILTER (WHERE type = 'breaker' AND json_extract(event, '$.open')) AS breakerOpenings
FROM events WHERE at_ms >= $fromMs AND at_ms < $toMs`;

type Events = "monitorStarts" | "breakerOpenings";

export function readWatched(database: Database, { fromMs, toMs }: Period): Watched {
  const of = { fromMs, toMs };
  return {
    ...one<Omit<Watched, Events>>(database, WATCHED, of),
    ...one<Pick<Watched, Events>>(database, EVENTS, of),
  };
}

const stopsIn = (window: HistoryWindow): string => `
SELECT rule, count(*) AS stops, sum(targets) AS targets, coalesce(sum(survivors), 0) AS survivors,
  count(*) FILTER (WHERE survivors IS NULL) AS unknown
FROM kills WHERE ${happened(window)} GROUP BY rule ORDER BY stops DESC`;

type StopsOfRule = { readonly rule: StopRule } & Pick<Totals, "stops" | "targets" | "survivors" | "unknown">;

export function readTotals(database: Database, window: HistoryWindow): Totals {
  const of = bindings(window);
  const stops = all<StopsOfRule>(database, stopsIn(window), of);
  const sum = (key: "stops" | "targets" | "survivors" | "unknown"): number =>
    stops.reduce((total, each) => total + each[key], 0);
  return {
    ...readWatched(database, window),
    jobs: numberOf(database, `jobs WHERE ${ran(window)}`, of),
    stops: sum("stops"),
    stopsByRule: Object.fromEntries(stops.map(({ rule, stops: n }) => [rule, n])),
    targets: sum("targets"),
    survivors: sum("survivors"),
    unknown: sum("unknown"),
    observed: numberOf(database, `verdicts WHERE ${judged(window)} AND ${UNSTOPPED}`, of),
  };
}
