/** What a thread did with its time: it ran, it waited for a processor, or it waited for something else. */
import { readFileSync } from "node:fs";
import type { MeasuredTimes } from "../../../core/bench/result.ts";
import { orElse } from "../../../text/system-error.ts";

const NS_PER_MS = 1_000_000;

/** Of the thread that calls the functions, in nanoseconds; null = nobody says. */
interface ThreadTimes {
  readonly at: number;
  readonly ran: number;
  /** For a processor. */
  readonly waited: number;
}

/** /proc/[pid]/schedstat (the kernel's Documentation/scheduler/sched-stats.rst). It is up to date after getrusage(2). */
export function threadTimes(): ThreadTimes | null {
  process.cpuUsage();
  // no Linux, or a kernel without it
  const text = orElse(null, () => readFileSync("/proc/thread-self/schedstat", "latin1"));
  const [ran, waited] = text?.split(" ").map(Number) ?? [];
  return ran === undefined || waited === undefined ? null : { at: Bun.nanoseconds(), ran, waited };
}

/** Of all the time, so much at least it ran or waited for a processor. */
const LEAST_BOUND = 0.9;

export function processorTimes(
  before: ThreadTimes | null,
  after: ThreadTimes | null,
  calls: number,
): Pick<MeasuredTimes, "processorMs" | "isProcessorBound"> {
  if (before === null || after === null) return { processorMs: null, isProcessorBound: false };
  const [ran, waited] = [after.ran - before.ran, after.waited - before.waited];
  return {
    processorMs: ran / calls / NS_PER_MS,
    isProcessorBound: ran + waited >= LEAST_BOUND * (after.at - before.at),
  };
}
