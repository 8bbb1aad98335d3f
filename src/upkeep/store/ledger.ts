/**
 * Which slots of the maintenance have been dealt with, and so which are due. A slot is a moment that a task's schedule
 * names. One small file, not the history: that may be switched off, locked or broken, and each run must still be made once.
 */
import { isRecord, parsedJson } from "../../text/json.ts";
import type { MaintenanceTask } from "../../core/plan/event.ts";
import { readBelieved } from "../../trust/open.ts";
import { orElse } from "../../text/system-error.ts";
import { replaceFile } from "../../record/replace-file.ts";

/** One slot that has been dealt with. Times are Unix epoch ms. */
export interface Run {
  readonly slotMs: number;
  readonly atMs: number;
  /** What was done; null = begun, and not known to have ended. */
  readonly result: string | null;
}

export type Ledger = Readonly<Record<MaintenanceTask, readonly Run[]>>;

/** The result of a slot that was only noted: it lay before the first start, so nothing was missed. */
export const NOTED = "noted, not run: nothing was kept before it";

/** none: the schedule names no moment up to now. unknown: to be written down without a run. */
export type TaskStanding =
  | { readonly standing: "none" }
  | { readonly standing: "done" | "unknown" | "due"; readonly slotMs: number };

/**
 * How a task stands, from its latest slot that is not in the future and the runs on record. Only the latest slot can
 * be due: whatever was missed before it is made up by the one run. The clock may have been set in either direction
 * in between: a slot on record never runs again (unless its run died), one before everything on record is from a time we
 * did not see, and every other one runs, so a clock that once was a year ahead does not silence a task for that year.
 */
export function taskStanding(slotMs: number | null, runs: readonly Run[]): TaskStanding {
  if (slotMs === null) return { standing: "none" };
  const known = runs.find((run) => run.slotMs === slotMs);
  if (known !== undefined) return { standing: known.result === null ? "due" : "done", slotMs };
  return { standing: runs.every((run) => slotMs < run.slotMs) ? "unknown" : "due", slotMs };
}

/** Of one task. More than a year of days: a clock set back further than that finds its slots unknown, and skips them. */
const MOST_RUNS = 400;
const MOST_RESULT_CHARACTERS = 2_000;

/** Empty when there is none yet. Throws what read(2) throws, and ELEDGER for a file that is not ours. */
export function readLedger(path: string): Ledger {
  const text = orElse(null, () => readBelieved(path), "ENOENT");
  if (text === null) return { daily: [], weekly: [], monthly: [] };
  const ledger = parseLedger(text);
  if (ledger !== null) return ledger;
  const message = `${path} is no record of maintenance runs; remove it to begin anew`;
  throw Object.assign(new Error(message), { code: "ELEDGER" });
}

/** For one writer at a time. Throws what open(2) and write(2) throw; the old one is in place then. */
export const writeLedger = (path: string, ledger: Ledger): void =>
  replaceFile(path, `${JSON.stringify({ schemaVersion: 1, ...ledger })}\n`);

/** With this run in it, in place of an earlier state of the same slot; the oldest fall off. */
export function withRun(ledger: Ledger, task: MaintenanceTask, run: Run): Ledger {
  const others = ledger[task].filter(({ slotMs }) => slotMs !== run.slotMs);
  const result = run.result === null ? null : run.result.slice(0, MOST_RESULT_CHARACTERS);
  return { ...ledger, [task]: [...others, { ...run, result }].slice(-MOST_RUNS) };
}

/** null for anything else: cut off, of another version, written by somebody else. */
export function parseLedger(text: string): Ledger | null {
  const value = parsedJson(text);
  if (!isRecord(value) || value["schemaVersion"] !== 1) return null;
  const { daily, weekly, monthly } = value;
  return isRuns(daily) && isRuns(weekly) && isRuns(monthly) ? { daily, weekly, monthly } : null;
}

const isRuns = (value: unknown): value is readonly Run[] =>
  Array.isArray(value) &&
  value.every(
    (run: unknown) =>
      isRecord(run) &&
      typeof run["slotMs"] === "number" &&
      typeof run["atMs"] === "number" &&
      (run["result"] === null || typeof run["result"] === "string"),
  );
