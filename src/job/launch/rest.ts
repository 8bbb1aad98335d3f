/** Between two things that happen to a job, its launcher rests. */
import type { Clock } from "../../ports.ts";

/** What has just happened may not be over: who stops and continues is looked at again after some milliseconds. */
const AWAKE_MS = 1_000;

/** Until `signal` aborts. `rest` returns when something has happened, and stops everything until then. */
export async function restBetween(rest: () => void, clock: Clock, signal: AbortSignal): Promise<void> {
  for (;;) {
    await clock.sleep(AWAKE_MS, signal);
    // what the loop has fetched already is done first
    await turn();
    await turn();
    if (signal.aborted) return;
    rest();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
