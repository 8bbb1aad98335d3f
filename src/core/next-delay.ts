/** When to look again: at the interval, or sooner when memory is filling up faster than that (Z15: 3 GB in 1.2 s). */
import type { History } from "./history.ts";
import type { Policy } from "./policy.ts";
import { processKey } from "./process.ts";
import type { Judgement } from "./verdict.ts";

/** Of the time until the limit falls at the present rate: what speeds up is caught by the look after. */
const SAFE_SHARE = 0.5;
const SHORTEST_MS = 250;

/** How long to sleep until the next sample, ms: at most the interval. */
export function nextDelayMs(judgement: Judgement, history: History, policy: Policy): number {
  const shortestMs = Math.min(SHORTEST_MS, policy.intervalMs);
  const urgent = judgement.jobs
    .filter(({ protectedBecause }) => protectedBecause === null)
    .flatMap(({ processes }) => processes)
    .map(({ process, verdicts }) => {
      const memory = verdicts.find(({ rule }) => rule === "memory");
      const bytesPerS = history.processes.get(processKey(process.id))?.memory.bytesPerS ?? 0;
      if (memory === undefined || memory.value === null || bytesPerS <= 0) return policy.intervalMs;
      const headroomBytes = memory.limit - memory.value;
      // Over it: that is being dealt with, looking more often does not help.
      if (headroomBytes <= 0) return policy.intervalMs;
      return (headroomBytes / bytesPerS) * 1_000 * SAFE_SHARE;
    });
  return Math.max(shortestMs, Math.min(policy.intervalMs, ...urgent));
}
