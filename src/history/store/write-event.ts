/** Puts the journal's events into their tables: an intent and its outcome are one row of `kills`. */
import type { Database } from "bun:sqlite";
import type { WatchdogEvent } from "../../core/plan/event.ts";
import { isDead } from "../../core/plan/outcome.ts";
import type { Rows } from "../chronicle/rows.ts";

type Intent = Extract<WatchdogEvent, { type: "intent" }>;
type OutcomeEvent = Extract<WatchdogEvent, { type: "outcome" }>;

const INTENT = `
INSERT INTO kills VALUES ($stepId, $atMs, NULL, $rule, $limit, $value, $evidence, $pid, $job, $project, $command, $kind,
  $targets, NULL, NULL)
ON CONFLICT (step) DO UPDATE SET
  at_ms = excluded.at_ms, limit_value = excluded.limit_value, value = excluded.value, evidence = excluded.evidence,
  job = excluded.job, project = excluded.project, kind = excluded.kind, targets = max(targets, excluded.targets)`;

/** Without its intent only when the journal lost that one: then there is no evidence to show. */
const OUTCOME = `
INSERT INTO kills VALUES ($stepId, $atMs, $atMs, $rule, NULL, NULL, '', $pid, NULL, NULL, $command, NULL, $targets,
  $survivors, $outcomes)
ON CONFLICT (step) DO UPDATE SET
  ended_ms = excluded.ended_ms, targets = max(targets, excluded.targets), survivors = excluded.survivors,
  outcomes = excluded.outcomes`;

const EVENT = "INSERT INTO events VALUES ($atMs, $type, $event) ON CONFLICT DO NOTHING";

/**
 * Writing an event twice changes nothing. `freezing` is left out: it serves the thaw, and says nothing that the
 * intent does not. Throws SQLiteError, also for a line that only looks like an event.
 */
export function writeEvent(database: Database, event: WatchdogEvent): void {
  if (event.type === "freezing") return;
  if (event.type === "intent") database.query(INTENT).run(intent(event));
  else if (event.type === "outcome") database.query(OUTCOME).run(outcome(event));
  else {
    const { atMs, type, ...rest } = event;
    database.query(EVENT).run({ atMs, type, event: JSON.stringify(rest) });
  }
}

/** What a journal of before 0.2 does not say is null. */
const intent = (event: Intent) => {
  const { stepId, rule, evidence, victim, targets, atMs } = event;
  const { limit, value, jobId, cwd, kind }: Partial<Intent> = event;
  const numbers = { limit: limit ?? null, value: value ?? null };
  const about = { ...numbers, job: jobId ?? null, project: cwd ?? null, kind: kind ?? null };
  const { id, command } = victim;
  return { stepId, atMs, rule, evidence, ...about, pid: id.pid, command, targets: targets.length };
};

const outcome = ({ stepId, atMs, rule, victim, outcomes }: OutcomeEvent) => ({
  stepId,
  atMs,
  rule,
  pid: victim.id.pid,
  command: victim.command,
  targets: outcomes.length,
  survivors: outcomes.filter(({ result }) => !isDead(result)).length,
  outcomes: JSON.stringify(outcomes),
});

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
