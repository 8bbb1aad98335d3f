/** What is wrong with the schedules of a configuration: its schema knows their form only, node-cron the rest. */
import { DEFAULTS } from "../../config/defaults.ts";
import type { Loaded } from "../../config/load.ts";
import { printable, printableValue } from "../../config/printable.ts";
import { ConfigError, type Problem } from "../../config/problem.ts";
import { MAINTENANCE_TASKS } from "../../core/event.ts";

const ALLOWED = 'a cron expression in local time that comes round, such as "0 6 * * *" (every day at 6:00)';

/** Empty when all can be used. Does not load node-cron for what the defaults say. */
export async function scheduleProblems({ settings, sources }: Loaded): Promise<readonly Problem[]> {
  const own = MAINTENANCE_TASKS.filter((task) => settings.maintenance[task] !== DEFAULTS.maintenance[task]);
  if (own.length === 0) return [];
  const { expressionProblem, slotsOf } = await import("../../record/maintenance/slots.ts");
  return own.flatMap((task): readonly Problem[] => {
    const expression = settings.maintenance[task];
    if (expression === null) return [];
    const never = (): string | null =>
      slotsOf(expression).nextMs(Date.now()) === null ? "never comes round" : null;
    const why = expressionProblem(expression) ?? never();
    if (why === null) return [];
    const value = printableValue(expression);
    return [
      {
        code: "bad-value",
        source: printable(sources.get(`maintenance.${task}`)?.where ?? "", 300),
        at: null,
        key: `maintenance.${task}`,
        value,
        message: `${value}: ${printable(why, 300)}`,
        allowed: ALLOWED,
        nearest: null,
      },
    ];
  });
}

/** @throws ConfigError for a schedule that cannot be used. */
export async function checkSchedules(loaded: Loaded): Promise<void> {
  const problems = await scheduleProblems(loaded);
  if (problems.length > 0) throw new ConfigError(problems);
}
