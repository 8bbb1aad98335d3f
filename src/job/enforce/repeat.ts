/** Again and again, as often as the look itself says. */
import type { Clock } from "../../ports.ts";

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
