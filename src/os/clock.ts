/** The machine's clocks behind the Clock port. */
import type { Clock } from "../ports/clock.ts";
import { timerMs } from "../text/duration.ts";

/** Of /proc's clock ticks: USER_HZ is 100 on every kernel that Bun runs on (proc_pid_stat(5)). */
export const MS_PER_TICK = 10;

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
