/** The source `status`: the processes as `status --json` has them, and everything that the monitor tells as it happens. */
import { eventDocument } from "../../wire/documents/actions.ts";
import { keepTelling } from "./keep-telling.ts";
import { EVERY_MS, type SharedLook } from "./shared-look.ts";
import { answering, type MonitorSource } from "./monitor.ts";
import type { Source } from "./source.ts";

/** A page that begins gets the last look; the looks after it come as changes of the one before (`status-change`). */
export function statusSource(looks: SharedLook, monitor: MonitorSource): Source {
  const open: Source["open"] = (publish) => {
    const stop = new AbortController();
    looks.follow(publish);
    const listen = async (): Promise<void> => {
      const running = answering(await monitor.state());
      if (running === null) return;
      for await (const { changes } of running.events(stop.signal))
        for (const event of changes) publish("event", JSON.stringify(eventDocument(event)));
    };
    for (const act of [() => looks.next(), listen]) void keepTelling(act, EVERY_MS, publish, stop.signal);
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
