/** How a watcher has fared since it began, for those who measure it: two numbers, and nothing of any tick. */
import { breakerAt, type Breaker } from "../core/plan/breaker.ts";
import type { Policy } from "../core/judge/policy.ts";
import type { Clock } from "../ports/clock.ts";
import type { WatchFacts } from "../wire/reports.ts";

export class Tally {
  #ticks = 0;
  #ticksTookMs = 0;

  count<T>(clock: Clock, tick: () => T): T {
    const beganMs = clock.monotonicMs();
    const done = tick();
    this.#ticks++;
    this.#ticksTookMs += clock.monotonicMs() - beganMs;
    return done;
  }

  facts(known: Breaker, nowMs: number, { breakerKillsPerMinute }: Policy): WatchFacts {
    const { open, killsMs } = breakerAt(known, nowMs, breakerKillsPerMinute);
    const breaker = { isOpen: open, killsLastMinute: killsMs.length };
    return { ticks: this.#ticks, ticksTookMs: this.#ticksTookMs, breaker };
  }
}
