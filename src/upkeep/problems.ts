/** What is wrong with the schedules of a configuration: its schema knows their form only, node-cron the rest. */
import { DEFAULTS } from "../config/schema/defaults.ts";
import type { Loaded } from "../config/load.ts";
import type { Position } from "../config/syntax/position.ts";
import { shownValue, printableValue } from "../config/schema/printable.ts";
import { ConfigError, configProblem, type Problem } from "../config/schema/problem.ts";
import { MAINTENANCE_TASKS, type MaintenanceTask } from "../core/plan/event.ts";

const ALLOWED = 'a cron expression in local time that comes round, such as "0 6 * * *" (every day at 6:00)';

/** Empty when all can be used. Does not load node-cron for what the defaults say. */
export async function scheduleProblems(loaded: Loaded): Promise<readonly Problem[]> {
  const { maintenance } = loaded.settings;
  const own = MAINTENANCE_TASKS.filter((task) => maintenance[task] !== DEFAULTS.maintenance[task]);
  if (own.length === 0) return [];
  const found = await Promise.all(
    own.map(async (task): Promise<readonly Problem[]> => {
      const expression = maintenance[task];
      const why = expression === null ? null : await problemOf(expression);
      return why === null ? [] : [await problemWith(loaded, task, why)];
    }),
  );
  return found.flat();
}

/** @throws ConfigError for a schedule that cannot be used. */
export async function checkSchedules(loaded: Loaded): Promise<void> {
  const problems = await scheduleProblems(loaded);
  if (problems.length > 0) throw new ConfigError(problems);
}

async function problemOf(expression: string): Promise<string | null> {
  const { expressionProblem, slotsBetween: slotsOf } = await import("./store/slots.ts");
  const why = expressionProblem(expression);
  if (why !== null) return why;
  return slotsOf(expression).nextMs(Date.now()) === null ? "it never comes round" : null;
}

async function problemWith(loaded: Loaded, task: MaintenanceTask, why: string): Promise<Problem> {
  const value = printableValue(loaded.settings.maintenance[task]);
  return configProblem("bad-value", loaded.sources.get(`maintenance.${task}`)?.where ?? "", {
    at: await placeOf(loaded, task),
    key: `maintenance.${task}`,
    value,
    message: `${value}: ${shownValue(why, 300)}`,
    allowed: ALLOWED,
  });
}

async function placeOf({ sources, options }: Loaded, task: MaintenanceTask): Promise<Position | null> {
  const origin = sources.get(`maintenance.${task}`);
  if (origin?.kind !== "project-file" && origin?.kind !== "user-file") return null;
  const { locate } = await import("../config/syntax/locate.ts");
  return locate(origin.where, ["maintenance", task], options.uid);
}
