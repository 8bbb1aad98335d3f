import type { History } from "./history.ts";
import type { Job } from "./job.ts";
import type { Policy, Self } from "./policy.ts";
import type { Judgement } from "./verdict.ts";

/** monitor: CPU holds come from history alone. one-shot: two samples a moment apart, and the process's lifetime. */
export type Look = "monitor" | "one-shot";

export function evaluate(
  _jobs: readonly Job[],
  _history: History,
  _policy: Policy,
  _self: Self,
  _look: Look = "monitor",
): Judgement {
  return { jobs: [] };
}
