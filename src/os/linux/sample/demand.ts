/**
 * What a process would use if it had the machine alone: time on a CPU plus time waiting for one, of all its
 * threads (schedstat, Documentation/scheduler/sched-stats). /proc/PID/schedstat covers the first thread only.
 */
import type { ProcFiles } from "../proc/proc-files.ts";

/** Never falls: what an ended thread had used stays counted, as far as it was seen. */
export class DemandMeter {
  #retiredNs = 0;
  readonly #threads = new Map<number, number>();

  /** Nanoseconds since the threads began; null when they cannot be read. */
  read(proc: ProcFiles, pid: number): number | null {
    const threads = proc.numbers(`${pid}/task`);
    if (typeof threads === "number") return null;
    const living = new Set<number>();
    for (const thread of threads) {
      const ns = parseSchedstat(proc.wholeText(`${pid}/task/${thread}/schedstat`) ?? "");
      if (ns === null) continue;
      living.add(thread);
      this.#update(thread, ns);
    }
    for (const [thread, ns] of this.#threads) if (!living.has(thread)) this.#retire(thread, ns);
    if (living.size === 0) return null;
    let sum = this.#retiredNs;
    for (const ns of this.#threads.values()) sum += ns;
    return sum;
  }

  #update(thread: number, ns: number): void {
    const before = this.#threads.get(thread);
    // A smaller number is a new thread under an old id.
    if (before !== undefined && ns < before) this.#retire(thread, before);
    this.#threads.set(thread, ns);
  }

  #retire(thread: number, ns: number): void {
    this.#retiredNs += ns;
    this.#threads.delete(thread);
  }
}

/** "run wait slices" in ns; null without CONFIG_SCHED_INFO (all zero or empty). */
export const parseSchedstat = (text: string): number | null => {
  const [run, wait] = text.split(" ").map(Number);
  return run === undefined || wait === undefined || Number.isNaN(run + wait) ? null : run + wait;
};
