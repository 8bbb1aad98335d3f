/** What the limits are judged by: who went over one, and what was needed by those who did not. */
import type { Database } from "bun:sqlite";
import type { Limits } from "../../../core/policy.ts";
import type { Crowding, Evidence, Need, Pressed } from "../../../core/report/facts.ts";
import { PROGRESSES } from "../../../core/verdicts/cpu.ts";
import { YOUNGEST } from "../../../core/verdicts/concurrency.ts";
import { one } from "./totals.ts";
import { bindings, ENDED, JUDGED, KILLED, type Bindings, type Window } from "./window.ts";

export interface InForce {
  readonly limits: Limits;
  readonly cpuHoldMs: number;
}

/** More commands would be read by nobody. */
const MOST_PRESSED = 20;
/** The newest; more would not change a percentile. */
const MOST_SAMPLES = 20_000;

interface Rule {
  readonly rule: "timeout" | "memory" | "cpu";
  /** Of a verdict on the same process: what is wrong with it besides. */
  readonly otherwise: string;
  readonly samples: string;
}

const SILENT = `evidence NOT LIKE '%${PROGRESSES}%'`;

/**
 * Runs that ended by themselves while the limit held for them. A job that a rule spares from it is no measure: the
 * exemption of a server ends when it is orphaned, and then it is stopped rightly, however long others of it run.
 */
const samplesOf = (rule: "timeout" | "memory", column: "age_ms" | "memory_bytes"): string => `
SELECT project, command, ${column} AS value,
  EXISTS (SELECT 1 FROM verdicts AS v WHERE v.pid = e.pid AND v.start_ms = e.start_ms AND v.rule = '${rule}') AS judged
FROM exits AS e
WHERE ${ENDED} AND ended_by = 'itself' AND ${column} IS NOT NULL
  AND command IN (SELECT value FROM json_each($commands))
  AND NOT EXISTS (SELECT 1 FROM jobs AS j WHERE j.id = e.job AND j.exempt LIKE '%"${rule}"%')
ORDER BY at_ms DESC LIMIT ${MOST_SAMPLES}`;

const RULES = {
  timeout: {
    rule: "timeout",
    // computing that makes progress is what the timeout is to decide about: nothing is wrong with it besides
    otherwise: `v.rule IN ('memory', 'leak') OR (v.rule = 'cpu' AND v.${SILENT})`,
    samples: samplesOf("timeout", "age_ms"),
  },
  memory: { rule: "memory", otherwise: "v.rule = 'leak'", samples: samplesOf("memory", "memory_bytes") },
  cpu: {
    rule: "cpu",
    otherwise: "v.rule IN ('memory', 'leak')",
    samples: `
SELECT v.project, v.command, max(v.last_ms - v.first_ms) AS value, 1 AS judged
FROM (SELECT * FROM verdicts WHERE ${JUDGED} AND rule = 'cpu' AND ${SILENT}
  AND command IN (SELECT value FROM json_each($commands))) AS v
JOIN exits AS e ON e.pid = v.pid AND e.start_ms = v.start_ms AND e.ended_by = 'itself'
GROUP BY v.pid, v.start_ms ORDER BY v.last_ms DESC LIMIT ${MOST_SAMPLES}`,
  },
} as const satisfies Record<string, Rule>;

const pressedBy = ({ rule, otherwise }: Rule): string => `
SELECT project, command, limit_value AS "limit", sum(stop AND NOT bad) AS stops, sum(stop AND bad) AS otherwiseBad,
  max(value) AS highestStopped
FROM (
  SELECT project, command, limit_value, value, 1 AS stop, EXISTS (
    SELECT 1 FROM verdicts AS v WHERE v.pid = kills.pid AND (${otherwise})
      AND v.first_ms <= kills.at_ms AND v.last_ms >= kills.at_ms - 600000) AS bad
  FROM kills WHERE rule = '${rule}' AND limit_value IS NOT NULL AND ${KILLED}
  UNION ALL
  SELECT project, command, limit_value, NULL, 0, 0 FROM verdicts
  WHERE rule = '${rule}' AND decision = 'runaway' AND ${JUDGED}
)
GROUP BY project, command, limit_value ORDER BY stops DESC LIMIT ${MOST_PRESSED}`;

interface Sample {
  readonly project: string | null;
  readonly command: string;
  readonly value: number;
  /** Found over the limit (1) or not (0): what is over it and was never found so was protected. */
  readonly judged: 0 | 1;
}

function readPressed(database: Database, window: Window, rule: Rule): readonly Pressed[] {
  const of = bindings(window);
  const found = database.query<Omit<Pressed, "samples">, Bindings>(pressedBy(rule)).all(of);
  if (found.length === 0) return [];
  const commands = JSON.stringify(found.map(({ command }) => command));
  const samples = database.query<Sample, Bindings>(rule.samples).all({ ...of, commands });
  const samplesFor = (pressed: Omit<Pressed, "samples">): readonly number[] =>
    samples
      .filter(({ project, command }) => project === pressed.project && command === pressed.command)
      .filter(({ value, judged }) => judged === 1 || value <= pressed.limit)
      .map(({ value }) => value)
      .toSorted((a, b) => a - b);
  return found.map((pressed) => Object.assign(pressed, { samples: samplesFor(pressed) }));
}

/**
 * Whatever was not stopped for it, in the whole history. What was over the limit and has no verdict was protected, as
 * a monitor is: it says nothing about what the others need.
 */
const RUN_MS = "coalesce(ended_ms, seen_ms) - began_ms";
const TIMEOUT_NEED = `
SELECT count(*) AS count, max(${RUN_MS}) AS highest, command FROM jobs
WHERE ended_by IS NOT 'timeout' AND exempt NOT LIKE '%"timeout"%'
  AND ($limit IS NULL OR ${RUN_MS} <= $limit
    OR EXISTS (SELECT 1 FROM verdicts AS v WHERE v.job = jobs.id AND v.rule = 'timeout'))`;

const MEMORY_NEED = `
SELECT count(*) AS count, max(memory_bytes) AS highest, command FROM (
  SELECT memory_bytes, command FROM exits AS e
  WHERE ended_by <> 'memory' AND memory_bytes IS NOT NULL AND ($limit IS NULL OR memory_bytes <= $limit
    OR EXISTS (SELECT 1 FROM verdicts AS v WHERE v.pid = e.pid AND v.start_ms = e.start_ms AND v.rule = 'memory'))
  UNION ALL
  SELECT memory_bytes, command FROM jobs
  WHERE ended_ms IS NULL AND memory_bytes IS NOT NULL AND ($limit IS NULL OR memory_bytes <= $limit)
)`;

const CPU_NEED = `
SELECT count(*) AS count, max(100.0 * cpu_ms / age_ms) AS highest, command FROM exits
WHERE ended_by = 'itself' AND age_ms >= $holdMs AND age_ms > 0`;

const FULL = `
SELECT coalesce(sum(span_ms), 0) AS watchedMs, coalesce(sum(span_ms) FILTER (WHERE counted >= $limit), 0) AS atLimitMs,
  coalesce(sum(span_ms) FILTER (WHERE counted > $limit), 0) AS overLimitMs,
  max(memory_bytes) AS peakMemoryBytes, max(jobs) AS peakJobs, (SELECT max(counted) FROM ticks) AS peakCounted
FROM ticks WHERE at_ms >= $fromMs AND at_ms < $toMs`;

const CROWDED = `
SELECT count(*) AS stops, count(*) FILTER (WHERE evidence LIKE '%${YOUNGEST}') AS healthyStops, max(value) AS mostAtStop
FROM kills WHERE rule = 'concurrency' AND limit_value = $limit AND ${KILLED}`;

const LEAST_AVAILABLE = `
SELECT min(available_bytes) AS bytes FROM ticks WHERE at_ms >= $fromMs AND at_ms < $toMs AND available_bytes > 0`;

function readCrowding(database: Database, window: Window, limit: number | null): Crowding {
  const { fromMs, toMs } = window;
  return {
    ...one(database.query<Omit<Crowding, "stops" | "healthyStops" | "mostAtStop">, Bindings>(FULL), {
      fromMs,
      toMs,
      limit,
    }),
    ...one(database.query<Pick<Crowding, "stops" | "healthyStops" | "mostAtStop">, Bindings>(CROWDED), {
      ...bindings(window),
      limit,
    }),
  };
}

export function readEvidence(database: Database, window: Window, { limits, cpuHoldMs }: InForce): Evidence {
  const { fromMs, toMs } = window;
  return {
    timeout: {
      pressed: readPressed(database, window, RULES.timeout),
      need: one(database.query<Need, Bindings>(TIMEOUT_NEED), { limit: limits.timeoutMs }),
    },
    memory: {
      pressed: readPressed(database, window, RULES.memory),
      need: one(database.query<Need, Bindings>(MEMORY_NEED), { limit: limits.memoryBytes }),
      leastAvailableBytes: one(database.query<{ bytes: number | null }, Bindings>(LEAST_AVAILABLE), {
        fromMs,
        toMs,
      }).bytes,
    },
    cpu: {
      pressed: readPressed(database, window, RULES.cpu),
      need: one(database.query<Need, Bindings>(CPU_NEED), { holdMs: cpuHoldMs }),
    },
    concurrency: readCrowding(database, window, limits.concurrency),
  };
}
