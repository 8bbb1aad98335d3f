/** What the last monitor did not see the end of. */
import type { Database } from "bun:sqlite";
import type { JobRow } from "../../core/chronicle/rows.ts";

/** A monitor on a machine with more would be in other trouble. */
const MOST_JOBS = 10_000;

const UNENDED = `
SELECT id, began_ms AS beganMs, seen_ms AS seenMs, ended_ms AS endedMs, ended_by AS endedBy, project, command, kind, exempt,
  processes, memory_bytes AS memoryBytes, cpu_ms AS cpuMs
FROM jobs WHERE ended_ms IS NULL ORDER BY id LIMIT ${MOST_JOBS}`;

type Stored = Omit<JobRow, "exempt"> & { readonly exempt: string };

export const readUnended = (database: Database): readonly JobRow[] =>
  database
    .query<Stored, []>(UNENDED)
    .all()
    .map((row) => Object.assign(row, { exempt: JSON.parse(row.exempt) }));
