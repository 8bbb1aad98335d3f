/** Puts the journal's events into their tables: an intent and its outcome are one row of `kills`. */
import type { Database } from "bun:sqlite";
import type { WatchdogEvent } from "../../core/event.ts";
import { isDead } from "../../core/outcome.ts";

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

const EVENT = "INSERT OR IGNORE INTO events VALUES ($atMs, $type, $event)";

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
  return {
    stepId,
    atMs,
    rule,
    limit: limit ?? null,
    value: value ?? null,
    evidence,
    pid: victim.id.pid,
    job: jobId ?? null,
    project: cwd ?? null,
    command: victim.command,
    kind: kind ?? null,
    targets: targets.length,
  };
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
