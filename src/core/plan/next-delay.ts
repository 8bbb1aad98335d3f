/** When to look again: at the interval, or sooner when something is about to happen before that; and at the memory in between. */
import type { History } from "../judge/history.ts";
import type { Policy } from "../judge/policy.ts";
import { processKey, type ProcessSample } from "../process/process.ts";
import type { Judgement, Verdict } from "../judge/verdict.ts";

/** Of the time until the memory limit falls at the present rate: what speeds up is caught by the look after. */
export const SAFE_SHARE = 0.5;
const SHORTEST_MS = 250;
/** After a deadline, not before it: ages are told in clock ticks of 10 ms. */
export const JUST_AFTER_MS = 20;

/** How long to sleep until the next sample, ms: at most the interval. */
export function nextDelayMs(judgement: Judgement, history: History, policy: Policy): number {
  const shortestMs = Math.min(SHORTEST_MS, policy.intervalMs);
  const urgent = judgement.jobs
    .filter(({ protectedBecause }) => protectedBecause === null)
    .flatMap(({ processes }) => processes)
    .flatMap(({ process, verdicts }) => verdicts.map((verdict) => dueInMs(verdict, process, history)));
  return Math.max(shortestMs, Math.min(policy.intervalMs, ...urgent));
}

/** When this verdict may have become another one. What is over its limit already is being dealt with. */
function dueInMs(verdict: Verdict, process: ProcessSample, history: History): number {
  const { rule, limit, value, heldMs, holdMs, decision } = verdict;
  if (value === null || decision === "runaway") return Infinity;
  if (rule === "memory") {
    // Z15: 3 GB in 1.2 s
    const bytesPerS = history.processes.get(processKey(process.id))?.memory.bytesPerS ?? 0;
    return bytesPerS > 0 && value < limit ? ((limit - value) / bytesPerS) * 1_000 * SAFE_SHARE : Infinity;
  }
  if (rule === "timeout" && value <= limit) return limit - value + JUST_AFTER_MS;
  if (rule === "cpu" && heldMs > 0 && heldMs < holdMs) return holdMs - heldMs + JUST_AFTER_MS;
  return Infinity;
}

/** Z15 took 3 GB in 1.2 s; half of what is free may be gone before anybody looks. */
const FASTEST_LEAK_BYTES_PER_MS = 2_500_000;
/** A wake-up costs 0.2 ms of CPU: once a second is a third of what an idle monitor may use, so plenty is asked less often. */
const [SHORTEST_PULSE_MS, LONGEST_PULSE_MS] = [1_000, 5_000];

/** ms after which the fastest leak may have taken half of this. */
export const untilGoneMs = (availableBytes: number): number =>
  Math.floor((availableBytes * SAFE_SHARE) / FASTEST_LEAK_BYTES_PER_MS);

/** ms until the next look at the memory that is left; where that is unknown there is nothing to look at. */
export const pulseMs = (availableBytes: number | null): number =>
  Math.min(LONGEST_PULSE_MS, Math.max(SHORTEST_PULSE_MS, untilGoneMs(availableBytes ?? Infinity)));
