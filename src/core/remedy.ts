/** What somebody does who wants such a job to live: every message about a stop names the key to change. */
import type { Verdict } from "./verdict.ts";
import { LAUNCHED_WITH } from "./verdicts/abandoned.ts";

/** Keys of the configuration, and the one that a rule switches off for some jobs. */
const KEYS: ReadonlyMap<string, { readonly raise: string; readonly rule: string }> = new Map<
  Verdict["rule"],
  { readonly raise: string; readonly rule: string }
>([
  ["timeout", { raise: "processTimeoutMs", rule: "processTimeoutMs" }],
  ["memory", { raise: "maxMemoryUsageMB", rule: "maxMemoryUsageMB" }],
  ["cpu", { raise: "cpuHoldMs or maxCpuUsagePercent", rule: "maxCpuUsagePercent" }],
  ["concurrency", { raise: "maxConcurrentProcesses", rule: "maxConcurrentProcesses" }],
]);

/** `rule` as it may stand in a record that another version wrote. */
interface Why {
  readonly rule: string;
  readonly evidence: string;
}

/** "to allow it: …"; null where no key says anything (a person asked for it, its wrapper is dead). */
export function remedy({ rule, evidence }: Why): string | null {
  const keys = KEYS.get(rule);
  if (keys === undefined || evidence.includes(LAUNCHED_WITH)) return null;
  return `to allow it: raise ${keys.raise}, or a rule with "${keys.rule}": null`;
}

/** Why, and what to change. */
export function withRemedy(verdict: Why): string {
  const change = remedy(verdict);
  return change === null ? verdict.evidence : `${verdict.evidence}; ${change}`;
}
