/** The source `status`: the processes as `status --json` has them, and everything that the monitor tells as it happens. */
import { systemClock } from "../../os/clock.ts";
import { messageOf } from "../../text/system-error.ts";
import { eventDocument } from "../../wire/documents/actions.ts";
import { EVERY_MS, type SharedLook } from "./shared-look.ts";
import { answering, type MonitorSource } from "./monitor.ts";
import type { Source } from "./source.ts";

/** A page that begins gets the last look; the looks after it come as changes of the one before (`status-change`). */
export function statusSource(looks: SharedLook, monitor: MonitorSource): Source {
  const open: Source["open"] = (publish) => {
    const stop = new AbortController();
    looks.follow(publish);
    /** Again and again until nobody looks; a failure is told to the pages once, and forgiven. */
    const repeat = async (act: () => Promise<unknown>): Promise<void> => {
      let trouble: string | null = null;
      while (!stop.signal.aborted) {
        try {
          await act();
          trouble = null;
        } catch (error) {
          const what = messageOf(error);
          if (what !== trouble) publish("trouble", JSON.stringify({ what }));
          trouble = what;
        }
        await systemClock.sleep(EVERY_MS, stop.signal);
      }
    };
    const listen = async (): Promise<void> => {
      const running = answering(await monitor.state());
      if (running === null) return;
      for await (const { changes } of running.events(stop.signal))
        for (const event of changes) publish("event", JSON.stringify(eventDocument(event)));
    };
    void repeat(() => looks.next());
    void repeat(listen);
    return {
      whole: () => looks.text(),
      [Symbol.asyncDispose]: async () => {
        looks.follow(null);
        stop.abort();
      },
    };
  };
  return { name: "status", open };
}
