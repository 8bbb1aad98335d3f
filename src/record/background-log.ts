/**
 * The activity log for a process that runs for months. winston takes 7 MB for as long as its process or Worker
 * lives, and a watchdog has something to say a few times a day: so it lives in a Worker that ends when nothing has
 * been said for a while (measured: 13 MB while it writes, 3 MB of that stay). A slow disk then stalls the
 * Worker, never a tick.
 */
import type { WatchdogEvent } from "../core/event.ts";
import type { ActivityLogOptions } from "./activity-log.ts";
import type { LogAnswer, LogRequest } from "./log-worker.ts";

/** Starting the Worker costs 70 ms of CPU: it stays for the rest of a burst. */
const LINGER_MS = 5_000;
/** A collection once its thread is gone: 1 to 2 MB come back that would otherwise stay until there is much to collect. */
const TIDY_MS = 500;

export interface BackgroundLog {
  /** Returns at once and never throws; lines are written in order. */
  write(event: WatchdogEvent): void;
  /** Resolves when everything that can be written is. */
  close(): Promise<void>;
}

export function openBackgroundLog(options: Omit<ActivityLogOptions, "complain">): BackgroundLog {
  let worker: Worker | null = null;
  let linger: Timer | undefined;

  const ask = (request: LogRequest): void => worker?.postMessage(request);

  const start = (): Worker => {
    const started = new Worker(new URL("log-worker.ts", import.meta.url), { ref: false });
    started.addEventListener("close", () => setTimeout(() => Bun.gc(true), TIDY_MS).unref());
    started.postMessage({ type: "open", options } satisfies LogRequest);
    return started;
  };

  /** Asks it to close; while it cannot, because the disk is full, it stays. */
  const retire = async (evenIfLost: boolean): Promise<void> => {
    const retiring = worker;
    if (retiring === null) return;
    const answer = new Promise<LogAnswer>((resolve) => {
      retiring.addEventListener("message", ({ data }: MessageEvent<LogAnswer>) => resolve(data), {
        once: true,
      });
    });
    if (evenIfLost) retiring.ref();
    worker = null;
    retiring.postMessage({ type: "close", evenIfLost } satisfies LogRequest);
    if ((await answer).closed) retiring.terminate();
    else keep(retiring);
  };

  const keep = (stubborn: Worker): void => {
    if (worker === null) worker = stubborn;
    else stubborn.terminate();
    lingerOn();
  };

  const lingerOn = (): void => {
    clearTimeout(linger);
    linger = setTimeout(() => void retire(false), LINGER_MS);
    linger.unref();
  };

  return {
    write: (event) => {
      worker ??= start();
      ask({ type: "write", event });
      lingerOn();
    },
    close: async () => {
      clearTimeout(linger);
      await retire(true);
    },
  };
}
