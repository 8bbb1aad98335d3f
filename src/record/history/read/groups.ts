/** What was stopped, what was only observed, what survived, and who offends most. */
import type { Database } from "bun:sqlite";
import type { Observed, Offender, PeriodReport, Stopped, Survivor } from "../../../core/report/period.ts";
import { bindings, JUDGED, KILLED, RAN, UNSTOPPED, type Bindings, type Window } from "./window.ts";

/** Columns that are neither grouped nor summed come from the row that has the max(): https://sqlite.org/lang_select.html#bareagg */
const STOPPED = `
SELECT rule, project, command, count(*) AS stops, coalesce(sum(survivors), 0) AS survivors, max(at_ms) AS lastMs, evidence
FROM kills WHERE ${KILLED}
GROUP BY rule, project, command ORDER BY stops DESC, lastMs DESC LIMIT $top`;

const OBSERVED = `
SELECT rule, project, command, count(*) AS episodes, max(last_ms) AS lastMs, evidence
FROM verdicts WHERE ${JUDGED} AND ${UNSTOPPED}
GROUP BY rule, project, command ORDER BY episodes DESC, lastMs DESC LIMIT $top`;

const SURVIVORS = `
SELECT at_ms AS atMs, rule, pid, command, project, survivors
FROM kills WHERE ${KILLED} AND (survivors IS NULL OR survivors > 0) ORDER BY at_ms DESC LIMIT $top`;

/** A job that began before the period brings its whole CPU time: it was not written down by the day. */
const offendersBy = (column: "project" | "command"): string => `
SELECT ${column} AS name, sum(stops) AS stops, sum(episodes) AS episodes, sum(cpu_ms) AS cpuMs,
  max(memory_bytes) AS peakMemoryBytes
FROM (
  SELECT ${column}, 1 AS stops, 0 AS episodes, 0 AS cpu_ms, NULL AS memory_bytes FROM kills WHERE ${KILLED}
  UNION ALL SELECT ${column}, 0, 1, 0, NULL FROM verdicts WHERE ${JUDGED}
  UNION ALL SELECT ${column}, 0, 0, cpu_ms, memory_bytes FROM jobs WHERE ${RAN}
)
GROUP BY ${column} HAVING sum(stops) + sum(episodes) > 0
ORDER BY 2 DESC, 3 DESC, 4 DESC, 5 DESC LIMIT $top`;

export function readGroups(
  database: Database,
  window: Window,
  top: number,
): Pick<PeriodReport, "stopped" | "observed" | "survivors" | "offenders"> {
  const of = { ...bindings(window), top };
  return {
    stopped: database.query<Stopped, Bindings>(STOPPED).all(of),
    observed: database.query<Observed, Bindings>(OBSERVED).all(of),
    survivors: database.query<Survivor, Bindings>(SURVIVORS).all(of),
    offenders: {
      projects: database.query<Offender, Bindings>(offendersBy("project")).all(of),
      commands: database.query<Offender, Bindings>(offendersBy("command")).all(of),
    },
  };
}
