/** The source `status`: the processes as `status --json` has them, and everything that the monitor tells as it happens. */
import type { Loaded } from "../../config/load.ts";
import { systemClock } from "../../os/clock.ts";
import { messageOf } from "../../text/system-error.ts";
import { eventDocument } from "../../wire/documents/actions.ts";
import { statusDocument } from "../../wire/documents/status.ts";
import type { MonitorSource } from "./monitor.ts";
import type { Source } from "./source.ts";

const EVERY_MS = 1_000;

export function statusSource(loaded: Loaded, monitor: MonitorSource): Source {
  const whole = async (): Promise<unknown> =>
    statusDocument(await monitor.report(false), loaded, process.pid);
  const open: Source["open"] = (publish) => {
    const stop = new AbortController();
    /** Again and again until nobody looks; a failure is told to the pages, and forgiven. */
    const repeat = async (act: () => Promise<void>): Promise<void> => {
      while (!stop.signal.aborted) {
        try {
          await act();
        } catch (error) {
          publish("trouble", { what: messageOf(error) });
        }
        await systemClock.sleep(EVERY_MS);
      }
    };
    const listen = async (): Promise<void> => {
      const running = await monitor.state();
      if (running === null || running === "silent") return;
      const request = { full: false, remember: false };
      for await (const { changes } of running.events(stop.signal, request, monitor.self()))
        for (const event of changes) publish("event", eventDocument(event));
    };
    void repeat(async () => publish("status", await whole()));
    void repeat(listen);
    return { whole, [Symbol.asyncDispose]: async () => stop.abort() };
  };
  return { name: "status", open };
}
