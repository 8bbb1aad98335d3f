/** What a source does while a page looks. */
import { systemClock } from "../../os/clock.ts";
import { messageOf } from "../../text/system-error.ts";
import type { Publish } from "./source.ts";

/** Again and again until nobody looks; a failure is told to the pages once, and forgiven. */
export async function keepTelling(
  act: () => Promise<unknown>,
  everyMs: number,
  publish: Publish,
  signal: AbortSignal,
): Promise<void> {
  let trouble: string | null = null;
  while (!signal.aborted) {
    try {
      await act();
      trouble = null;
    } catch (error) {
      const what = messageOf(error);
      if (what !== trouble) publish("trouble", JSON.stringify({ what }));
      trouble = what;
    }
    await systemClock.sleep(everyMs, signal);
  }
}
