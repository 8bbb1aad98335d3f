/** Reads the sums over a period, what was stopped, what was only observed, what survived, and who offends most. */
import type { Database } from "bun:sqlite";
import type {
  Measured,
  Observed,
  Period,
  Offender,
  PeriodReport,
  Stopped,
  Survivor,
  Totals,
} from "../../report/period.ts";
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
  type HistoryWindow,
} from "./window.ts";

/** A monitor watches everything: these numbers cannot be divided among projects. */
type Watched = Omit<Measured, "stops">;

const WATCHED = `
SELECT coalesce(sum(span_ms), 0) AS watchedMs, max(jobs) AS peakJobs, max(memory_bytes) AS peakMemoryBytes,
  sum(cpu_percent * span_ms) / sum(span_ms) AS meanCpuPercent, max(cpu_percent_max) AS maxCpuPercent,
  (SELECT count(*) FROM events WHERE type = 'started' AND at_ms >= $fromMs AND at_ms < $toMs) AS monitorStarts,
  (SELECT count(*) FROM events WHERE type = 'breaker' AND json_extract(event, '$.open')
    AND at_ms >= $fromMs AND at_ms < $toMs) AS breakerOpenings
FROM ticks WHERE at_ms >= $fromMs AND at_ms < $toMs`;

export const readWatched = (database: Database, { fromMs, toMs }: Period): Watched =>
  one<Watched>(database, WATCHED, { fromMs, toMs });

const stopsIn = (window: HistoryWindow): string => `
SELECT rule, count(*) AS stops, sum(targets) AS targets, coalesce(sum(survivors), 0) AS survivors,
  count(*) FILTER (WHERE survivors IS NULL) AS unknown
FROM kills WHERE ${happened(window)} GROUP BY rule ORDER BY stops DESC`;

type StopCounts = Pick<Totals, "stops" | "targets" | "survivors" | "unknown">;

export function readTotals(database: Database, window: HistoryWindow): Totals {
  const of = bindings(window);
  const stops = all<StopCounts & { readonly rule: StopRule }>(database, stopsIn(window), of);
  const sum = (key: keyof StopCounts): number => stops.reduce((total, each) => total + each[key], 0);
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

/** Columns that are neither grouped nor summed come from the row that has the max(): https://sqlite.org/lang_select.html#bareagg */
const stoppedIn = (window: HistoryWindow): string => `
SELECT rule, project, command, count(*) AS stops, coalesce(sum(survivors), 0) AS survivors, max(at_ms) AS lastMs, evidence
FROM kills WHERE ${happened(window)}
GROUP BY rule, project, command ORDER BY stops DESC, lastMs DESC LIMIT $top`;

const observedIn = (window: HistoryWindow): string => `
SELECT rule, project, command, count(*) AS episodes, max(last_ms) AS lastMs, evidence
FROM verdicts WHERE ${judged(window)} AND ${UNSTOPPED}
GROUP BY rule, project, command ORDER BY episodes DESC, lastMs DESC LIMIT $top`;

const survivorsIn = (window: HistoryWindow): string => `
SELECT at_ms AS atMs, rule, pid, command, project, survivors
FROM kills WHERE ${happened(window)} AND (survivors IS NULL OR survivors > 0) ORDER BY at_ms DESC LIMIT $top`;

const SUMS =
  "sum(stops) AS stops, sum(episodes) AS episodes, sum(cpu_ms) AS cpu_ms, max(memory_bytes) AS memory_bytes";

const worst = (column: "project" | "command"): string => `
SELECT * FROM (
  SELECT '${column}' AS kind, ${column} AS name, ${SUMS} FROM used
  GROUP BY ${column} HAVING sum(stops) + sum(episodes) > 0 ORDER BY 3 DESC, 4 DESC, 5 DESC, 6 DESC LIMIT $top)`;

/** Nobody offends by being one job too many, or by what a person decides. */
const RAN_AWAY = "rule NOT IN ('concurrency', 'manual', 'request')";

/** A job that began before the period brings its whole CPU time: it was not written down by the day. */
const offendersIn = (window: HistoryWindow): string => `
WITH used AS MATERIALIZED (
  SELECT project, command, ${SUMS} FROM (
    SELECT project, command, 1 AS stops, 0 AS episodes, 0 AS cpu_ms, NULL AS memory_bytes
      FROM kills WHERE ${happened(window)} AND ${RAN_AWAY}
    UNION ALL SELECT project, command, 0, 1, 0, NULL FROM verdicts WHERE ${judged(window)}
    UNION ALL SELECT project, command, 0, 0, cpu_ms, memory_bytes FROM jobs WHERE ${ran(window)}
  ) GROUP BY project, command)
SELECT kind, name, stops, episodes, cpu_ms AS cpuMs, memory_bytes AS peakMemoryBytes
FROM (${worst("project")} UNION ALL ${worst("command")})`;

type OffenderRow = Offender & { readonly kind: "project" | "command" };

export function readGroups(
  database: Database,
  window: HistoryWindow,
  top: number,
): Pick<PeriodReport, "stopped" | "observed" | "survivors" | "offenders"> {
  const of = { ...bindings(window), top };
  const offenders = all<OffenderRow>(database, offendersIn(window), of);
  const by = (wanted: OffenderRow["kind"]): readonly Offender[] =>
    offenders.flatMap(({ kind, ...offender }) => (kind === wanted ? [offender] : []));
  return {
    stopped: all<Stopped>(database, stoppedIn(window), of),
    observed: all<Observed>(database, observedIn(window), of),
    survivors: all<Survivor>(database, survivorsIn(window), of),
    offenders: { projects: by("project"), commands: by("command") },
  };
}
