/**
 * How many alerts a person gets. The same again within ten minutes is held until they are over, and then sent once
 * with a count; what is beyond the hourly limit is held until there is room, one alert standing for all. Nothing is lost
 * in silence: what is held is in the outbox like everything else, only due later.
 */
import type { Alert } from "../../core/plan/alert.ts";

const WINDOW_MS = 10 * 60_000;
const HOUR_MS = 3_600_000;

/** An alert and when it goes out, or went (Unix epoch ms). */
export interface Scheduled {
  readonly alert: Alert;
  readonly dueMs: number;
}

/**
 * When this alert goes out, after those before it. One with the id of an earlier one that is not due yet takes its place.
 * `recent`: those of the last hour and of the future, this one among them.
 */
export function admitAlert(
  before: readonly Scheduled[],
  alert: Alert,
  nowMs: number,
  maxPerHour: number,
): Scheduled & { readonly recent: readonly Scheduled[] } {
  const recent = before.filter(({ dueMs }) => dueMs > nowMs - HOUR_MS && !isFromTheFuture(dueMs, nowMs));
  const scheduled = schedule(recent, alert, nowMs, maxPerHour);
  const others = recent.filter((each) => each.alert.id !== scheduled.alert.id);
  return { ...scheduled, recent: [...others, scheduled] };
}

function schedule(recent: readonly Scheduled[], alert: Alert, nowMs: number, maxPerHour: number): Scheduled {
  const over = recent.find((each) => each.dueMs > nowMs && each.alert.repeats === 0);
  const last = recent.findLast(
    (each) => each !== over && each.alert.about === alert.about && each.dueMs <= nowMs + WINDOW_MS,
  );
  if (last !== undefined && last.dueMs > nowMs)
    return { alert: { ...alert, id: last.alert.id, repeats: last.alert.repeats + 1 }, dueMs: last.dueMs };
  if (over !== undefined) {
    const shown = WEIGHT[alert.reason] >= WEIGHT[over.alert.reason] ? alert : over.alert;
    return { alert: { ...shown, id: over.alert.id, omitted: over.alert.omitted + 1 }, dueMs: over.dueMs };
  }
  if (recent.length >= maxPerHour)
    return { alert, dueMs: Math.min(...recent.map(({ dueMs }) => dueMs)) + HOUR_MS };
  const untilMs = last === undefined ? 0 : last.dueMs + WINDOW_MS;
  return untilMs > nowMs ? { alert: { ...alert, repeats: 1 }, dueMs: untilMs } : { alert, dueMs: nowMs };
}

/**
 * Nothing is held for longer than an hour after a window. What would be was held when the clock was ahead, and must not
 * hold back what happens from now on until the clock is there again.
 */
export const isFromTheFuture = (dueMs: number, nowMs: number): boolean => dueMs > nowMs + HOUR_MS + WINDOW_MS;

/** Which of two is shown when there is room for one. */
const WEIGHT: Readonly<Record<Alert["reason"], number>> = {
  test: 0,
  kill: 1,
  "config-error": 2,
  breaker: 3,
  survivor: 4,
};
