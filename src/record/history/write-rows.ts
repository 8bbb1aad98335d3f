/** Puts the chronicle's rows into their tables. A row that is there already is brought up to date. */
import type { Database } from "bun:sqlite";
import type { Rows } from "../../core/chronicle/rows.ts";

/** Two monitors may share a minute, one after the other: the row is what both saw. */
const TICK = `
INSERT INTO ticks VALUES ($atMs, $spanMs, $looks, $processes, $jobs, $counted, $memoryBytes, $cpuPercent, $cpuPercentMax,
  $availableBytes)
ON CONFLICT (at_ms) DO UPDATE SET
  cpu_percent = (cpu_percent * looks + excluded.cpu_percent * excluded.looks) / (looks + excluded.looks),
  looks = looks + excluded.looks,
  processes = max(processes, excluded.processes),
  jobs = max(jobs, excluded.jobs),
  counted = max(counted, excluded.counted),
  memory_bytes = max(memory_bytes, excluded.memory_bytes),
  cpu_percent_max = max(cpu_percent_max, excluded.cpu_percent_max),
  available_bytes = min(ifnull(available_bytes, excluded.available_bytes), ifnull(excluded.available_bytes, available_bytes))`;

const JOB = `
INSERT OR REPLACE INTO jobs VALUES ($id, $beganMs, $seenMs, $endedMs, $endedBy, $project, $command, $kind, $exempt,
  $processes, $memoryBytes, $cpuMs)`;

const EXIT = `
INSERT OR REPLACE INTO exits VALUES ($pid, $startMs, $atMs, $job, $project, $command, $kind, $ageMs, $memoryBytes, $cpuMs,
  $endedBy)`;

const VERDICT = `
INSERT OR REPLACE INTO verdicts VALUES ($pid, $startMs, $rule, $firstMs, $lastMs, $job, $project, $command, $decision,
  $limit, $value, $evidence)`;

/** The caller's transaction holds them together. Throws SQLiteError. */
export function writeRows(database: Database, { ticks, jobs, exits, verdicts }: Rows): void {
  const all = <Row>(sql: string, rows: readonly Row[], toBindings: (row: Row) => Bindings): void => {
    if (rows.length === 0) return;
    const statement = database.query<unknown, Bindings>(sql);
    for (const row of rows) statement.run(toBindings(row));
  };
  all(TICK, ticks, (tick) => ({ ...tick }));
  all(JOB, jobs, (job) => ({ ...job, cpuMs: Math.round(job.cpuMs), exempt: JSON.stringify(job.exempt) }));
  all(EXIT, exits, (exit) => ({ ...exit, cpuMs: Math.round(exit.cpuMs) }));
  all(VERDICT, verdicts, (verdict) => ({ ...verdict }));
}

type Bindings = Record<string, string | number | null>;
