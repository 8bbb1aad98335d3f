/** The words for verdicts, for terminals and for the page alike. */
import type { Exemption } from "../core/judge/limits.ts";
import type { LimitName } from "../core/judge/policy.ts";
import type { OwnerKind } from "../core/process/slot.ts";

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
