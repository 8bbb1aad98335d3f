/** Stops the watchdog when it kills more than was foreseen: the mistake is then more likely in the configuration. */

/** A value: times of kills (plan steps) within the last minute, monotonic ms. */
export interface Breaker {
  readonly killsMs: readonly number[];
  readonly open: boolean;
}

export const closedBreaker: Breaker = { killsMs: [], open: false };

const WINDOW_MS = 60_000;

/** The breaker as it stands at `nowMs`: opens at the limit, closes after a minute without a kill. */
export function breakerAt(breaker: Breaker, nowMs: number, killsPerMinute: number): Breaker {
  const killsMs = breaker.killsMs.filter((at) => nowMs - at < WINDOW_MS);
  return { killsMs, open: killsMs.length >= killsPerMinute || (breaker.open && killsMs.length > 0) };
}

export function breakerAfterKill(breaker: Breaker, nowMs: number, killsPerMinute: number): Breaker {
  return breakerAt({ ...breaker, killsMs: [...breaker.killsMs, nowMs] }, nowMs, killsPerMinute);
}
