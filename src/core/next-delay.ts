import type { History } from "./history.ts";
import type { Policy } from "./policy.ts";
import type { Judgement } from "./verdict.ts";

/** How long to sleep until the next sample, ms. */
export function nextDelayMs(_judgement: Judgement, _history: History, policy: Policy): number {
  return policy.intervalMs;
}
