/** The source `status`: the processes as `status --json` has them, and everything that the monitor tells as it happens. */
import { systemClock } from "../../os/clock.ts";
import { messageOf } from "../../text/system-error.ts";
import { eventDocument } from "../../wire/documents/actions.ts";
import { EVERY_MS, type SharedLook } from "./shared-look.ts";
import type { MonitorSource } from "./monitor.ts";
import type { Source } from "./source.ts";

/**
 * A page that begins gets the last look; the looks after it come as changes of the one before (`status-change`), which are
 * changes of that page's too.
 */
export function statusSource(looks: SharedLook, monitor: MonitorSource): Source {
  const open: Source["open"] = (publish) => {
    const stop = new AbortController();
    looks.onChange = (change) => publish("status-change", change);
    /** Again and again until nobody looks; a failure is told to the pages once, and forgiven. */
    const repeat = async (act: () => Promise<unknown>): Promise<void> => {
      let trouble: string | null = null;
      while (!stop.signal.aborted) {
        try {
          await act();
          trouble = null;
        } catch (error) {
          const what = messageOf(error);
          if (what !== trouble) publish("trouble", { what });
          trouble = what;
        }
        await systemClock.sleep(EVERY_MS, stop.signal);
      }
    };
    const listen = async (): Promise<void> => {
      const running = await monitor.state();
      if (running === null || running === "silent") return;
      const request = { full: false, remember: false };
      for await (const { changes } of running.events(stop.signal, request, monitor.self()))
        for (const event of changes) publish("event", eventDocument(event));
    };
    void repeat(() => looks.next());
    void repeat(listen);
    return {
      whole: () => looks.recent(),
      [Symbol.asyncDispose]: async () => {
        looks.onChange = null;
        stop.abort();
      },
    };
  };
  return { name: "status", open };
}
