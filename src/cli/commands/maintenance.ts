/** `maintenance daily | weekly | monthly | status | due`. */
import { setPriority } from "node:os";
import type { Loaded } from "../../config/load.ts";
import { headline } from "../../config/schema/problem.ts";
import type { MaintenanceTask } from "../../core/plan/event.ts";
import { openActivityLog } from "../../record/activity-log.ts";
import { readLedger } from "../../upkeep/store/ledger.ts";
import { configuration } from "../../host/configuration.ts";
import {
  ledgerPath,
  MaintenanceRuns,
  type Ran,
  type RoundJson,
  runDue,
  runNow,
  type Work,
} from "../../upkeep/run.ts";
import { daily, monthly, weekly } from "../../upkeep/tasks.ts";
import { scheduleProblems } from "../../upkeep/problems.ts";
import { openRecord } from "../../host/record.ts";
import { renderMaintenance, maintenanceRows } from "../../upkeep/text.ts";
import { whileSaying } from "../../render/progress.ts";
import { CONFIG_OPTIONS, JSON_OPTION, type Declaration, type JsonFlags } from "../declaring.ts";

interface MaintenanceOptions extends JsonFlags {
  /** false: the caller writes the log and the journal. */
  readonly log?: boolean;
}

const WORK: Work = { daily, weekly, monthly };

/** Below everything a person waits for (setpriority(2)). */
const LOW_PRIORITY = 10;

/** One task at once. Exit 1 when it could not be done, or another process is at it. */
async function now(task: MaintenanceTask, options: MaintenanceOptions): Promise<number> {
  const loaded = await configuration(options);
  const ran = await whileSaying(`${task} maintenance`, () => runNow(loaded, task, Date.now(), WORK));
  await log(loaded, [ran]);
  console.log(options.json === true ? JSON.stringify({ schemaVersion: 1, ...ran }) : ran.text);
  return 0;
}

/** Exit 2 when a schedule cannot be used, 1 when something could not be done. */
async function due(options: MaintenanceOptions): Promise<number> {
  const loaded = await configuration(options);
  setPriority(LOW_PRIORITY);
  const round = await whileSaying("maintenance", () => dueRound(loaded));
  if (options.log !== false) await log(loaded, round.ran);
  if (options.json === true) console.log(JSON.stringify(round));
  else say(round);
  if (round.problems.length > 0) return 2;
  return round.failed.length > 0 ? 1 : 0;
}

async function dueRound(loaded: Loaded): Promise<RoundJson> {
  const problems = (await scheduleProblems(loaded)).map(headline);
  const nothing = { schemaVersion: 1, ran: [], failed: [], nextMs: null, problems } as const;
  try {
    return { ...nothing, ...(await runDue(loaded, Date.now(), WORK)), busy: false };
  } catch (error) {
    if (error instanceof MaintenanceRuns) return { ...nothing, busy: true };
    throw error;
  }
}

function say({ ran, failed, problems, busy }: RoundJson): void {
  for (const { text } of ran) console.log(text);
  for (const { task, why } of failed) console.error(`error: ${task} maintenance: ${why}. It is still due.`);
  for (const problem of problems) console.error(`error: ${problem}`);
  if (busy) console.log("Another process is at it.");
  else if (ran.length + failed.length === 0) console.log("Nothing is due.");
}

async function maintenanceStatus(options: MaintenanceOptions): Promise<number> {
  const loaded = await configuration(options);
  const problems = (await scheduleProblems(loaded)).map(headline);
  const rows = maintenanceRows(loaded, readLedger(ledgerPath(loaded)), Date.now());
  if (options.json === true) console.log(JSON.stringify({ schemaVersion: 1, tasks: rows, problems }));
  else {
    console.log(renderMaintenance(rows));
    for (const problem of problems) console.error(`error: ${problem}`);
  }
  return problems.length > 0 ? 2 : 0;
}

async function log(loaded: Loaded, ran: readonly Ran[]): Promise<void> {
  if (ran.length === 0) return;
  const record = openRecord(loaded, openActivityLog);
  for (const { task, text } of ran) record.write({ type: "maintenance", task, text, atMs: Date.now() });
  await record.close();
}

const OPTIONS = [...CONFIG_OPTIONS, JSON_OPTION];

const taskCommand = (task: MaintenanceTask, summary: string) => ({
  summary,
  options: OPTIONS,
  examples: [[`maintenance ${task}`, "at once, whatever the schedule says"]] as const,
  run: (options: MaintenanceOptions) => now(task, options),
});

export const maintenanceCommand: Declaration = {
  commands: {
    daily: taskCommand("daily", "sum up the last 24 hours, in the log"),
    weekly: taskCommand("weekly", "compress old logs; remove what is older than the configuration says"),
    monthly: taskCommand("monthly", "review the patterns of the last 30 days, as a page beside the log"),
    status: {
      summary: "show the schedule, the last runs and the next",
      options: OPTIONS,
      examples: [["maintenance status", "when each was done, and when it is next"]],
      run: maintenanceStatus,
    },
    due: {
      summary: "do what is due by the schedule, each run once; a running monitor does it by itself",
      options: [...OPTIONS, ["--no-log", "leave the log and the journal to the caller"]],
      examples: [["maintenance due", "for a timer, where no monitor runs all the time"]],
      exitCodes: [
        ["0", "what was due is done"],
        ["1", "something could not be done, and is still due"],
        ["2", "a schedule cannot be used, or wrong arguments"],
      ],
      run: due,
    },
  },
};
