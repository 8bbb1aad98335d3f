/**
 * Signals are passed on from before the program exists: it may be up, and somebody told so, before we are. And it does not
 * outlive us: however this process comes to its end by itself, an error that nobody caught included, the job ends first.
 */
import type { LaunchedJob } from "../../launch/look-after.ts";
import { endOnCrash } from "./say.ts";
import { relaySignals } from "../../os/select-containers.ts";

/** From now on signals do not end this process; the result is told who they are for. */
export function relay(monotonicMs: () => number): (job: LaunchedJob) => void {
  /** Set before any handler runs: signals are delivered between two turns of the event loop. */
  let job: LaunchedJob | null = null;
  relaySignals(
    {
      get root() {
        return job?.root ?? { pid: 0 };
      },
      forward: (signal) => job?.forward(signal) ?? false,
      paused: (ms) => job?.paused(ms),
    },
    monotonicMs,
  );
  endOnCrash();
  process.on("exit", () => job?.strike());
  return (started) => (job = started);
}
