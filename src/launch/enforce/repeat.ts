/** Looks at a job again and again, as often as the look itself says. */
import { cpuLookMs, mayBeOver, type CpuLimit } from "../../core/slots/cpu-look.ts";
import type { Clock } from "../../ports/clock.ts";
import type { JobHold } from "../../ports/container.ts";

/**
 * Calls `look` after `firstMs`, and again each time as many ms later as it returned; until it returns null, or throws, or
 * the signal aborts, and then settles.
 */
export async function repeat(
  clock: Clock,
  firstMs: number,
  look: () => number | null,
  signal: AbortSignal,
): Promise<void> {
  for (let afterMs: number | null = firstMs; afterMs !== null; afterMs = look()) {
    if (afterMs > 0) await clock.sleep(afterMs, signal);
    if (signal.aborted) return;
  }
}

/**
 * A limit on CPU costs a job that waits one small file of its group from time to time: its processes are not looked at.
 * Begins with the job. Resolves when a process of it may be over the limit, when the container cannot tell how long it
 * was on a CPU, or when `signal` aborts.
 */
export async function untilItWorks(
  container: JobHold,
  limit: CpuLimit,
  { clock }: { readonly clock: Clock },
  signal: AbortSignal,
): Promise<void> {
  const everyMs = cpuLookMs(limit);
  let [beforeMs, usedMs] = [clock.monotonicMs(), 0];
  const look = (): number | null => {
    const [nowMs, { cpuMs }] = [clock.monotonicMs(), container.usage()];
    if (cpuMs === null || mayBeOver(limit, cpuMs - usedMs, nowMs - beforeMs)) return null;
    [beforeMs, usedMs] = [nowMs, cpuMs];
    return everyMs;
  };
  await repeat(clock, everyMs, look, signal);
}
