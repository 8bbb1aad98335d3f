/** What was stopped: rows of the history, and what has happened since they were read. Pure. */
import { describeOutcome } from "../../../render/describe-outcome.ts";
import { isBack, isDead, type TargetOutcome } from "../../../core/plan/outcome.ts";
import type { EventDocument } from "./documents.ts";
import type { Tone } from "./verdict.ts";
import { duration, several } from "./words.ts";

/** A row of the history's table `kills`, as `history export` gives it. */
export interface KillRow {
  readonly step: string;
  readonly atMs: number;
  readonly rule: string;
  readonly evidence: string;
  readonly pid: number;
  readonly project: string | null;
  readonly command: string;
  readonly targets: number;
  readonly survivors: number | null;
  readonly outcomes: readonly TargetOutcome[] | null;
}

/** Newest first. An intent begins a row, and its outcome ends it; what both the history and the stream tell is one row. */
export function withEvent(rows: readonly KillRow[], event: EventDocument): readonly KillRow[] {
  if (event.type === "intent") {
    if (rows.some(({ step }) => step === event.stepId)) return rows;
    const { stepId, atMs, rule, evidence, victim, targets, cwd } = event;
    const { command, id } = victim;
    const row = {
      step: stepId,
      atMs,
      rule,
      evidence,
      pid: id.pid,
      project: cwd,
      command,
      targets: targets.length,
    };
    return newestFirst([{ ...row, survivors: null, outcomes: null }, ...rows]);
  }
  if (event.type !== "outcome") return rows;
  const { outcomes } = event;
  const survivors = outcomes.filter(({ result }) => !isDead(result) && !isBack(result)).length;
  return rows.map((row) => (row.step === event.stepId ? { ...row, survivors, outcomes } : row));
}

/** Of a row that both know, the one that knows how it ended. */
export function merged(rows: readonly KillRow[], others: readonly KillRow[]): readonly KillRow[] {
  const byStep = new Map(rows.map((row) => [row.step, row]));
  for (const row of others) if (row.outcomes !== null || !byStep.has(row.step)) byStep.set(row.step, row);
  return newestFirst([...byStep.values()]);
}

/** A page that stays open for weeks keeps no more than a history of them that somebody has asked for. */
export const MOST_KILLS = 2_000;

const newestFirst = (rows: readonly KillRow[]): readonly KillRow[] =>
  rows.toSorted((a, b) => b.atMs - a.atMs).slice(0, MOST_KILLS);

interface KillEnding {
  readonly words: string;
  readonly tone: Tone;
}

export function endingOf({ outcomes, targets }: KillRow, isOld: boolean): KillEnding {
  if (outcomes === null)
    return isOld
      ? { words: "its end is not known", tone: "warn" }
      : { words: "is being stopped", tone: "warn" };
  const alive = outcomes.filter(({ result }) => !isDead(result));
  if (alive.length > 0) {
    const each = alive.map(({ id, result }) => `${id.pid} ${describeOutcome(result)}`).join(", ");
    return { words: each, tone: "bad" };
  }
  const tookMs = Math.max(0, ...outcomes.map((each) => each.tookMs));
  const signals = [...new Set(outcomes.flatMap((each) => each.signals))].filter(
    (name) => name !== "SIGSTOP" && name !== "SIGCONT",
  );
  const how = signals.length === 0 ? "" : ` by ${signals.join(", ")}`;
  const who = targets > 1 ? `all ${several(targets, "process", "processes")} dead` : "dead";
  return { words: `${who} after ${duration(tookMs)}${how}`, tone: "good" };
}
