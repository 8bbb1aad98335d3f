/** Again and again, where nobody rests in between. */
import type { Clock, Repeat } from "../../ports.ts";

export const repeatBy =
  (clock: Clock): Repeat =>
  async (firstMs, look, signal) => {
    for (let afterMs: number | null = firstMs; afterMs !== null; afterMs = look()) {
      if (afterMs > 0) await clock.sleep(afterMs, signal);
      if (signal.aborted) return;
    }
  };
