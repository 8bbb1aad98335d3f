/**
 * How many alerts a person gets. The same again within ten minutes is held until they are over, and then sent once
 * with a count; what is beyond the hourly limit is held until there is room, one alert standing for all. Nothing is lost
 * in silence: what is held is in the outbox like everything else, only due later.
 */
import type { Alert } from "../../core/plan/alert.ts";

const WINDOW_MS = 10 * 60_000;
const HOUR_MS = 3_600_000;

interface Held {
  readonly alert: Alert;
  /** Unix epoch ms. */
  readonly dueMs: number;
}

interface Window {
  readonly untilMs: number;
  readonly held: Alert | null;
}

export interface AlertAdmission {
  /** By `about`: one was sent, and the next waits until then. */
  readonly windows: ReadonlyMap<string, Window>;
  /** When alerts went out or will, within the last hour and the future. */
  readonly spentMs: readonly number[];
  /** Stands for all that are beyond the hourly limit. */
  readonly overflow: Held | null;
}

export const nothingAdmitted: AlertAdmission = { windows: new Map(), spentMs: [], overflow: null };

export interface Admitted extends Held {
  readonly state: AlertAdmission;
}

/** When this alert goes out. One with the id of an earlier one that is not due yet takes its place. */
export function admitAlert(
  before: AlertAdmission,
  alert: Alert,
  nowMs: number,
  maxPerHour: number,
): Admitted {
  const state = at(before, nowMs);
  const window = state.windows.get(alert.about);
  if (window !== undefined && window.held !== null)
    return repeat(state, { ...alert, id: window.held.id, repeats: window.held.repeats + 1 }, window.untilMs);
  if (state.overflow !== null || state.spentMs.length >= maxPerHour) return overflow(state, alert);
  if (window !== undefined) {
    const spent = { ...state, spentMs: [...state.spentMs, window.untilMs] };
    return repeat(spent, { ...alert, repeats: 1 }, window.untilMs);
  }
  const windows = new Map(state.windows).set(alert.about, { untilMs: nowMs + WINDOW_MS, held: null });
  return { state: { ...state, windows, spentMs: [...state.spentMs, nowMs] }, alert, dueMs: nowMs };
}

/** Gathers what a process that starts now has to know of alerts before it. */
export function admissionOf(recent: readonly Held[], nowMs: number): AlertAdmission {
  const held = recent.filter(({ dueMs }) => dueMs > nowMs);
  const windows = recent.map(({ alert, dueMs }): [string, Window] => [
    alert.about,
    dueMs > nowMs ? { untilMs: dueMs, held: alert } : { untilMs: dueMs + WINDOW_MS, held: null },
  ]);
  const before: AlertAdmission = {
    windows: new Map(windows.filter(([, window]) => window.held === null || window.held.repeats > 0)),
    spentMs: recent.map(({ dueMs }) => dueMs),
    overflow: held.find(({ alert }) => alert.repeats === 0) ?? null,
  };
  return at(before, nowMs);
}

/**
 * Nothing is held for longer than an hour after a window. What would be was held when the clock was ahead, and must not
 * hold back what happens from now on until the clock is there again.
 */
export const isFromTheFuture = (dueMs: number, nowMs: number): boolean => dueMs > nowMs + HOUR_MS + WINDOW_MS;

/** Without what is over by now, or was never to be. */
function at({ windows, spentMs, overflow: over }: AlertAdmission, nowMs: number): AlertAdmission {
  const open = [...windows].flatMap(([about, window]): [string, Window][] => {
    if (window.untilMs > nowMs + WINDOW_MS) return [];
    if (window.untilMs > nowMs) return [[about, window]];
    // what was held went out when its window ended, and opened the next one
    const untilMs = window.untilMs + WINDOW_MS;
    return window.held !== null && untilMs > nowMs ? [[about, { untilMs, held: null }]] : [];
  });
  return {
    windows: new Map(open),
    spentMs: spentMs.filter((spent) => spent > nowMs - HOUR_MS && !isFromTheFuture(spent, nowMs)),
    overflow: over !== null && over.dueMs > nowMs && !isFromTheFuture(over.dueMs, nowMs) ? over : null,
  };
}

function repeat(state: AlertAdmission, alert: Alert, untilMs: number): Admitted {
  const windows = new Map(state.windows).set(alert.about, { untilMs, held: alert });
  return { state: { ...state, windows }, alert, dueMs: untilMs };
}

function overflow(state: AlertAdmission, alert: Alert): Admitted {
  const before = state.overflow;
  if (before === null) {
    const dueMs = Math.min(...state.spentMs) + HOUR_MS;
    const held = { alert, dueMs };
    return { state: { ...state, spentMs: [...state.spentMs, dueMs], overflow: held }, ...held };
  }
  const shown = WEIGHT[alert.reason] >= WEIGHT[before.alert.reason] ? alert : before.alert;
  const standsFor = { ...shown, id: before.alert.id, omitted: before.alert.omitted + 1 };
  const held = { alert: standsFor, dueMs: before.dueMs };
  return { state: { ...state, overflow: held }, ...held };
}

/** Which of two is shown when there is room for one. */
const WEIGHT: Readonly<Record<Alert["reason"], number>> = {
  test: 0,
  kill: 1,
  "config-error": 2,
  breaker: 3,
  survivor: 4,
};
