/** The words for verdicts, for terminals and for the page alike. */
import type { Exemption } from "../core/judge/limits.ts";
import type { LimitName } from "../core/judge/policy.ts";
import type { RuleName } from "../core/judge/verdict.ts";
import type { OwnerKind } from "../core/process/slot.ts";
import { bytes, duration } from "../text/wording.ts";

export const SEVERITY = { ok: 0, suspect: 1, runaway: 2 } as const;

/** One word for a job that somebody else looks after. */
export const OWNED_AS: Record<OwnerKind, string> = { gate: "gated", manager: "managed", runner: "isolated" };

const LIMITS: Record<LimitName, string> = {
  concurrency: "the job limit",
  cpu: "the CPU limit",
  memory: "the memory limit",
  timeout: "the timeout",
};

/** "from the timeout and the job limit: listens on tcp 3000". */
export function sparedFrom(exempt: readonly Exemption[]): string {
  const rules = [...new Set(exempt.map(({ rule, evidence }) => evidence ?? rule))].join(", ");
  const limits = [...new Set(exempt.map(({ limit }) => LIMITS[limit]))].join(" and ");
  return `from ${limits}: ${rules}`;
}

/** A value in the unit of its rule; `percent`: terminals have no room for the space before the sign. */
export function ruleAmount(rule: RuleName, value: number, percent: (value: number) => string): string {
  switch (rule) {
    case "cpu":
      return percent(value);
    case "memory":
    case "leak":
      return bytes(value);
    case "timeout":
      return duration(value);
    case "concurrency":
    case "restarts":
    case "leftover":
      return String(value);
  }
}
