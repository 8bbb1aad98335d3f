/** Which commands went over a limit, and how those of their runs went that ended by themselves. */
import type { Database } from "bun:sqlite";
import type { Pressed } from "../../report/period.ts";
import { PROGRESSES } from "../../../core/judge/verdicts/cpu.ts";
import {
  all,
  bindings,
  ended,
  happened,
  isSubjectTo,
  judged,
  SOON_MS,
  type HistoryWindow,
} from "./window.ts";

export type PressedRule = "timeout" | "memory" | "cpu";

/** More commands would be read by nobody. */
const MOST_PRESSED = 20;
/** The newest; more would not change a percentile. */
const MOST_SAMPLES = 20_000;

const SILENT = `evidence NOT LIKE '%${PROGRESSES}%'`;

/** A verdict on the same process that says that something is wrong with it besides. */
const OTHERWISE_BAD: Record<PressedRule, string> = {
  // computing that makes progress is what the timeout is there to decide about
  timeout: `v.rule IN ('memory', 'leak') OR (v.rule = 'cpu' AND v.${SILENT})`,
  memory: "v.rule = 'leak'",
  cpu: "v.rule IN ('memory', 'leak')",
};

const pressedBy = (rule: PressedRule, window: HistoryWindow): string => `
SELECT project, command, limit_value AS "limit", sum(stop AND NOT bad) AS stops, sum(stop AND bad) AS otherwiseBad
FROM (
  SELECT project, command, limit_value, 1 AS stop, EXISTS (
    SELECT 1 FROM verdicts AS v WHERE v.pid = kills.pid AND (${OTHERWISE_BAD[rule]})
      AND v.first_ms <= kills.at_ms AND v.last_ms >= kills.at_ms - ${SOON_MS}) AS bad
  FROM kills WHERE rule = '${rule}' AND limit_value IS NOT NULL AND ${happened(window)}
  UNION ALL
  SELECT project, command, limit_value, 0, 0 FROM verdicts
  WHERE rule = '${rule}' AND decision = 'runaway' AND ${judged(window)}
)
GROUP BY project, command, limit_value ORDER BY stops DESC LIMIT ${MOST_PRESSED}`;

/** `found`: over the limit (1) or not (0). What is over it and was never found so was protected. */
type Sample = Pick<Pressed, "project" | "command"> & { readonly value: number | null; readonly found: 0 | 1 };

const samplesOf = (rule: "timeout" | "memory", window: HistoryWindow): string => `
SELECT project, command, ${rule === "timeout" ? "age_ms" : "memory_bytes"} AS value,
  EXISTS (SELECT 1 FROM verdicts AS v WHERE v.pid = e.pid AND v.start_ms = e.start_ms AND v.rule = '${rule}') AS found
FROM exits AS e
WHERE command IN (SELECT value FROM json_each($commands)) AND ended_by = 'itself' AND ${ended(window)}
  AND ${isSubjectTo(rule)}
ORDER BY at_ms DESC LIMIT ${MOST_SAMPLES}`;

/** How long it was over the limit and silent. */
const holds = (window: HistoryWindow): string => `
SELECT v.project, v.command, max(v.last_ms - v.first_ms) AS value, 1 AS found
FROM (
  SELECT * FROM verdicts WHERE rule = 'cpu' AND ${SILENT} AND ${judged(window)}
    AND command IN (SELECT value FROM json_each($commands))
) AS v JOIN exits AS e ON e.pid = v.pid AND e.start_ms = v.start_ms AND e.ended_by = 'itself'
GROUP BY v.pid, v.start_ms ORDER BY v.last_ms DESC LIMIT ${MOST_SAMPLES}`;

export function readPressed(
  database: Database,
  window: HistoryWindow,
  rule: PressedRule,
): readonly Pressed[] {
  const of = bindings(window);
  const found = all<Omit<Pressed, "samples">>(database, pressedBy(rule, window), of);
  if (found.length === 0) return [];
  const commands = JSON.stringify(found.map(({ command }) => command));
  const sql = rule === "cpu" ? holds(window) : samplesOf(rule, window);
  const samples = all<Sample>(database, sql, { ...of, commands });
  return found.map((pressed) => Object.assign(pressed, { samples: valuesFor(pressed, samples) }));
}

const valuesFor = (
  { project, command, limit }: Omit<Pressed, "samples">,
  samples: readonly Sample[],
): readonly number[] =>
  samples
    .filter((sample) => sample.project === project && sample.command === command)
    .flatMap(({ value, found }) => (value !== null && (found === 1 || value <= limit) ? [value] : []))
    .toSorted((a, b) => a - b);
