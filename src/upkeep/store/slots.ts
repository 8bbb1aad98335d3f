/**
 * When a cron expression comes round. node-cron reads the expression and knows its days; its own calendar starts from
 * the machine's clock and looks ahead only, and what was missed lies behind.
 */
import { createTask, parse, validateDetailed } from "node-cron";
import type { Loaded } from "../../config/load.ts";
import { MAINTENANCE_TASKS, type MaintenanceTask } from "../../core/plan/event.ts";

export type Slots = ReturnType<typeof slotsBetween>;

/** 29 February may be a Monday once in 40 years, when a year divisible by 100 comes between. */
const MOST_DAYS = 366 * 40;

/** What is wrong with an expression, in words; null when it can be used. */
export function expressionProblem(expression: string): string | null {
  const { valid, errors } = validateDetailed(expression);
  return valid ? null : errors.map(({ message }) => message).join("; ");
}

/** Of the schedules that can be used. */
export const schedulesOf = ({ settings: { maintenance } }: Loaded): ReadonlyMap<MaintenanceTask, Slots> =>
  new Map(
    MAINTENANCE_TASKS.flatMap((task) => {
      const expression = maintenance[task];
      return expression === null || expressionProblem(expression) !== null
        ? []
        : [[task, slotsBetween(expression)] as const];
    }),
  );

/**
 * The moments an expression names, in local time. An hour that the clock skips is taken as if it had not been skipped
 * (2:30 is then called 3:30); of an hour that comes twice only the first counts: ECMA-262, "UTC(t)", reads local
 * times like that. So a day has each of its slots once, whatever the clock does on it. Throws for an invalid expression.
 */
export function slotsBetween(expression: string) {
  const { second, minute, hour, month } = parse(expression);
  const dayFields = expression.trim().split(/\s+/u).slice(-3).join(" ");
  // noon is skipped nowhere
  const noons = createTask(`0 0 12 ${dayFields}`, () => undefined);

  const on = (day: Date): readonly number[] => {
    if (!month.includes(day.getMonth() + 1) || !noons.match(day)) return [];
    const [y, m, d] = [day.getFullYear(), day.getMonth(), day.getDate()];
    return hour
      .flatMap((h) => minute.flatMap((min) => second.map((s) => new Date(y, m, d, h, min, s).getTime())))
      .toSorted((a, b) => a - b);
  };
  return {
    /** The latest one that is not after `nowMs`, Unix epoch ms; null when there was none in 40 years. */
    latestMs: (nowMs: number): number | null =>
      first(nowMs, -1, (day) => on(day).findLast((at) => at <= nowMs)),
    /** The first one after it. */
    nextMs: (nowMs: number): number | null => first(nowMs, 1, (day) => on(day).find((at) => at > nowMs)),
  };
}

/** Day by day from today's noon on, backwards or forwards. */
function first(nowMs: number, step: 1 | -1, find: (noon: Date) => number | undefined): number | null {
  const today = new Date(nowMs);
  for (let days = 0; days <= MOST_DAYS; days++) {
    const noon = new Date(today.getFullYear(), today.getMonth(), today.getDate() + step * days, 12);
    const found = find(noon);
    if (found !== undefined) return found;
  }
  return null;
}
