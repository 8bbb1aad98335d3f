/**
 * Which slots of the maintenance have been dealt with: one small file. Not in the history: that may be switched off,
 * locked or broken, and each run must still be made once.
 */
import { isRecord, parsedJson } from "../../text/json.ts";
import type { MaintenanceTask } from "../../core/plan/event.ts";
import type { Run } from "../maintenance.ts";
import { readBelieved } from "../../trust/open.ts";
import { orElse } from "../../text/system-error.ts";
import { replaceFile } from "../../record/replace-file.ts";

export type Ledger = Readonly<Record<MaintenanceTask, readonly Run[]>>;

/** Of one task. More than a year of days: a clock set back further than that finds its slots unknown, and skips them. */
const MOST_RUNS = 400;
const MOST_RESULT_CHARACTERS = 2_000;

const EMPTY: Ledger = { daily: [], weekly: [], monthly: [] };

/** Empty when there is none yet. Throws what read(2) throws, and ELEDGER for a file that is not ours. */
export function readLedger(path: string): Ledger {
  const text = orElse(null, () => readBelieved(path), "ENOENT");
  if (text === null) return EMPTY;
  const ledger = parseLedger(text);
  if (ledger === null)
    throw Object.assign(new Error(`${path} is no record of maintenance runs; remove it to begin anew`), {
      code: "ELEDGER",
    });
  return ledger;
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

const isRuns = (value: unknown): value is readonly Run[] => Array.isArray(value) && value.every(isRun);

const isRun = (value: unknown): value is Run =>
  isRecord(value) &&
  typeof value["slotMs"] === "number" &&
  typeof value["atMs"] === "number" &&
  (value["result"] === null || typeof value["result"] === "string");
