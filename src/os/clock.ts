/** The machine's clocks behind the Clock port. */
import type { Clock } from "../ports/clock.ts";
import { timerMs } from "../text/duration.ts";

/** `performance.now` is CLOCK_MONOTONIC here: it neither jumps nor counts suspend (clock_gettime(2)). */
export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const wake = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.max(0, timerMs(ms)));
      signal?.addEventListener("abort", wake, { once: true });
    }),
};
