/** The source `status`: the processes as `status --json` has them, and everything that the monitor tells as it happens. */
import type { Loaded } from "../../config/load.ts";
import { systemClock } from "../../os/clock.ts";
import { messageOf } from "../../text/system-error.ts";
import { eventDocument } from "../../wire/documents/actions.ts";
import { statusChange, type StatusDocument } from "../../wire/documents/status-change.ts";
import { statusDocument } from "../../wire/documents/status.ts";
import type { MonitorSource } from "./monitor.ts";
import type { Source } from "./source.ts";

const EVERY_MS = 1_000;

/**
 * A page that begins gets the last look; the looks after it come as changes of the one before (`status-change`), which are
 * changes of that page's too.
 */
export function statusSource(loaded: Loaded, monitor: MonitorSource): Source {
  const open: Source["open"] = (publish) => {
    const stop = new AbortController();
    let last: StatusDocument | null = null;
    const look = async (): Promise<StatusDocument> => {
      const now = statusDocument(await monitor.report(false), loaded, process.pid);
      if (last !== null) publish("status-change", statusChange(last, now, Bun.deepEquals));
      return (last = now);
    };
    let looking: Promise<StatusDocument> | null = null;
    const next = (): Promise<StatusDocument> => (looking ??= look().finally(() => (looking = null)));
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
    void repeat(next);
    void repeat(listen);
    return { whole: async () => last ?? (await next()), [Symbol.asyncDispose]: async () => stop.abort() };
  };
  return { name: "status", open };
}
