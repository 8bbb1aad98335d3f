/** Between two things that happen to a job, its launcher rests. */
import type { Clock, Resting } from "../../ports.ts";

/** What has just happened may not be over: who stops and continues is looked at again after some milliseconds. */
const AWAKE_MS = 1_000;

/** Until `signal` aborts. */
export async function restBetween(resting: Resting, clock: Clock, signal: AbortSignal): Promise<void> {
  for (;;) {
    await clock.sleep(AWAKE_MS, signal);
    // what the loop has fetched already is done first
    await turn();
    await turn();
    if (signal.aborted) return;
    resting.rest();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
