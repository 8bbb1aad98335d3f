/** What the last monitor did not see the end of. */
import type { Database } from "bun:sqlite";
import type { UnendedJob } from "../../core/chronicle/jobs.ts";
import type { JobRow } from "../../core/chronicle/rows.ts";

/** A monitor on a machine with more would be in other trouble. */
const MOST_JOBS = 10_000;

/** The kill's row is there when the monitor died before it could look again: it says what became of the job. */
const UNENDED = `
SELECT id, began_ms AS beganMs, seen_ms AS seenMs, ended_ms AS endedMs, ended_by AS endedBy, project, command, kind, exempt,
  processes, memory_bytes AS memoryBytes, cpu_ms AS cpuMs,
  (SELECT rule FROM kills WHERE job = jobs.id AND at_ms >= began_ms ORDER BY at_ms DESC LIMIT 1) AS stoppedFor
FROM jobs WHERE ended_ms IS NULL ORDER BY id LIMIT ${MOST_JOBS}`;

type Stored = Omit<JobRow, "exempt"> & {
  readonly exempt: string;
  readonly stoppedFor: UnendedJob["stoppedFor"];
};

export const readUnended = (database: Database): readonly UnendedJob[] =>
  database
    .query<Stored, []>(UNENDED)
    .all()
    .map(({ stoppedFor, exempt, ...rest }) => ({
      row: Object.assign(rest, { exempt: JSON.parse(exempt) }),
      stoppedFor,
    }));
