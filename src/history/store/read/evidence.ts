/** Reads what the limits are judged by: who went over one, and what was needed by those who did not. */
import type { Database } from "bun:sqlite";
import type { Policy } from "../../../core/judge/policy.ts";
import type { Crowding, Evidence, LimitEvidence, Need } from "../../report/period.ts";
import { YOUNGEST } from "../../../core/judge/verdicts/concurrency.ts";
import { readPressed, type PressedRule } from "./pressed.ts";
import { bindings, happened, isSubjectTo, one, ran, type Bindings, type HistoryWindow } from "./window.ts";

export type InForce = Pick<Policy, "limits" | "cpuHoldMs">;

/**
 * All that the limit held for and that was not stopped for it, in the whole history. What is over the limit and has no verdict
 * was protected by the time it got there.
 */
const RUN_MS = "coalesce(ended_ms, seen_ms) - began_ms";
const TIMEOUT_NEED = `
SELECT count(*) AS count, max(${RUN_MS}) AS highest, command FROM jobs
WHERE ended_by IS NOT 'timeout' AND exempt NOT LIKE '%"timeout"%'
  AND ($limit IS NULL OR ${RUN_MS} <= $limit
    OR id IN (SELECT job FROM verdicts WHERE rule = 'timeout'))`;

const MEMORY_NEED = `
SELECT count(*) AS count, max(memory_bytes) AS highest, command FROM (
  SELECT memory_bytes, command FROM exits AS e
  WHERE ended_by <> 'memory' AND memory_bytes IS NOT NULL AND ${isSubjectTo("memory")} AND ($limit IS NULL OR memory_bytes <= $limit
    OR EXISTS (SELECT 1 FROM verdicts AS v WHERE v.pid = e.pid AND v.start_ms = e.start_ms AND v.rule = 'memory'))
  UNION ALL
  SELECT memory_bytes, command FROM jobs
  WHERE ended_ms IS NULL AND memory_bytes IS NOT NULL AND exempt NOT LIKE '%"memory"%' AND ($limit IS NULL OR memory_bytes <= $limit)
)`;

const CPU_NEED = `
SELECT count(*) AS count, max(100.0 * cpu_ms / age_ms) AS highest, command FROM exits
WHERE ended_by = 'itself' AND age_ms >= $holdMs AND age_ms > 0 AND ${isSubjectTo("cpu")}`;

const FULL = `
SELECT coalesce(sum(span_ms), 0) AS watchedMs, coalesce(sum(span_ms) FILTER (WHERE counted >= $limit), 0) AS atLimitMs,
  coalesce(sum(span_ms) FILTER (WHERE counted > $limit), 0) AS overLimitMs,
  max(memory_bytes) AS peakMemoryBytes, max(jobs) AS peakJobs, (SELECT max(counted) FROM ticks) AS peakCounted
FROM ticks WHERE at_ms >= $fromMs AND at_ms < $toMs`;

const LEAST_AVAILABLE = `
SELECT min(available_bytes) AS leastAvailableBytes FROM ticks WHERE at_ms >= $fromMs AND at_ms < $toMs AND available_bytes > 0`;

function readCrowding(database: Database, window: HistoryWindow, limit: number | null): Crowding {
  const crowded = `
SELECT count(*) AS stops, count(*) FILTER (WHERE evidence LIKE '%${YOUNGEST}') AS healthyStops, max(value) AS mostAtStop,
  (SELECT count(*) FROM jobs WHERE exempt NOT LIKE '%"concurrency"%' AND ${ran(window)}) AS jobs
FROM kills WHERE rule = 'concurrency' AND limit_value = $limit AND ${happened(window)}`;
  const of = { ...bindings(window), limit };
  type Counted = "stops" | "healthyStops" | "mostAtStop" | "jobs";
  return {
    ...one<Omit<Crowding, Counted>>(database, FULL, of),
    ...one<Pick<Crowding, Counted>>(database, crowded, of),
  };
}

export function readEvidence(
  database: Database,
  window: HistoryWindow,
  { limits, cpuHoldMs }: InForce,
): Evidence {
  const judge = (rule: PressedRule, sql: string, of: Bindings): LimitEvidence => ({
    pressed: readPressed(database, window, rule),
    need: one<Need>(database, sql, of),
  });
  return {
    timeout: judge("timeout", TIMEOUT_NEED, { limit: limits.timeoutMs }),
    memory: {
      ...judge("memory", MEMORY_NEED, { limit: limits.memoryBytes }),
      ...one<Pick<Evidence["memory"], "leastAvailableBytes">>(database, LEAST_AVAILABLE, bindings(window)),
    },
    cpu: judge("cpu", CPU_NEED, { holdMs: cpuHoldMs }),
    concurrency: readCrowding(database, window, limits.concurrency),
  };
}
