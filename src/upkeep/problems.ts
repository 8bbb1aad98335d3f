/** What is wrong with the schedules of a configuration: its schema knows their form only, node-cron the rest. */
import { DEFAULTS } from "../config/schema/defaults.ts";
import type { Loaded } from "../config/load.ts";
import { shownValue, printableValue } from "../config/schema/printable.ts";
import { ConfigError, configProblem, type Problem } from "../config/schema/problem.ts";
import { MAINTENANCE_TASKS } from "../core/plan/event.ts";

const ALLOWED = 'a cron expression in local time that comes round, such as "0 6 * * *" (every day at 6:00)';

/** Empty when all can be used. Does not load node-cron for what the defaults say. */
export async function scheduleProblems({ settings, sources, options }: Loaded): Promise<readonly Problem[]> {
  const { maintenance } = settings;
  const own = MAINTENANCE_TASKS.filter((task) => maintenance[task] !== DEFAULTS.maintenance[task]);
  if (own.length === 0) return [];
  const { expressionProblem, slotsBetween } = await import("./store/slots.ts");
  const { locate } = await import("../config/syntax/locate.ts");
  const found = own.map(async (task): Promise<Problem[]> => {
    const expression = maintenance[task];
    if (expression === null) return [];
    const comesRound = (): boolean => slotsBetween(expression).nextMs(Date.now()) !== null;
    const why = expressionProblem(expression) ?? (comesRound() ? null : "it never comes round");
    if (why === null) return [];
    const origin = sources.get(`maintenance.${task}`);
    const isFile = origin?.kind === "project-file" || origin?.kind === "user-file";
    const at = isFile ? await locate(origin.where, ["maintenance", task], options.uid) : null;
    const value = printableValue(expression);
    const message = `${value}: ${shownValue(why, 300)}`;
    const about = { at, key: `maintenance.${task}`, value, message, allowed: ALLOWED };
    return [configProblem("bad-value", origin?.where ?? "", about)];
  });
  return (await Promise.all(found)).flat();
}

/** @throws ConfigError for a schedule that cannot be used. */
export async function checkSchedules(loaded: Loaded): Promise<void> {
  const problems = await scheduleProblems(loaded);
  if (problems.length > 0) throw new ConfigError(problems);
}
