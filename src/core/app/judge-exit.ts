/** After an instance has ended by itself, this decides whether it starts again, and when. */
import type { Backoff, RestartPolicy } from "./app-spec.ts";
import type { ExitReason } from "./app-state.ts";
import { pauseAfter } from "../../text/back-off.ts";
import { count, duration } from "../../text/wording.ts";

/** The verdict is the lifecycle's event. */
type ExitVerdict =
  | { readonly verdict: "again"; readonly unstable: number }
  | { readonly verdict: "later" | "slowly"; readonly unstable: number; readonly delayMs: number }
  | { readonly verdict: "never"; readonly unstable: number };

export interface EndedRun {
  readonly reason: ExitReason;
  readonly code: number | null;
  /** The time for which it ran; 0 if it could not be started. */
  readonly upMs: number;
  /** Failures in a row before this one. */
  readonly unstable: number;
}

/** Between two attempts of an app whose budget is spent: long enough to cost nothing, short enough to be back soon after a repair. */
const RETRY: Backoff = { firstMs: 60_000, capMs: 15 * 60_000 };

/**
 * An instance that cannot be started fails at once: without a wait, the next attempts would leave time for
 * nothing else.
 */
const NOT_STARTED_MS = 100;

const NEVER_UP: ReadonlySet<ExitReason> = new Set<ExitReason>(["not-ready", "spawn-failed"]);

/** `random` 0 ≤ x < 1. */
export function judgeExit(run: EndedRun, policy: RestartPolicy, random: number): ExitVerdict {
  // an instance that was up has proven that it can be: earlier failures are forgotten; one never ready was
  // not up
  const wasUp = !NEVER_UP.has(run.reason) && run.upMs >= policy.minUptimeMs;
  const unstable = wasUp ? 0 : run.unstable + 1;
  if (staysDown(run, policy)) return { verdict: "never", unstable };
  const overBudget = unstable - policy.budget;
  if (unstable > 0 && overBudget > 0) {
    // half of it for certain: a retry that may come at once would be no slow one
    const delayMs = pauseAfter(overBudget - 1, RETRY.firstMs, RETRY.capMs) * (0.5 + random / 2);
    return { verdict: "slowly", unstable, delayMs: Math.max(delayMs, policy.fixedDelayMs ?? 0) };
  }
  const pauseMs = policy.fixedDelayMs ?? backoffMs(policy.backoff, unstable, random);
  const delayMs = run.reason === "spawn-failed" ? Math.max(pauseMs, NOT_STARTED_MS) : pauseMs;
  return delayMs > 0 ? { verdict: "later", unstable, delayMs } : { verdict: "again", unstable };
}

/** The first failure costs no wait: most are alone. Then full jitter, so that what broke together does not come back together. */
const backoffMs = ({ firstMs, capMs }: Backoff, unstable: number, random: number): number =>
  unstable <= 1 ? 0 : pauseAfter(unstable - 2, firstMs, capMs) * random;

const staysDown = ({ reason, code }: EndedRun, { when, stopExitCodes }: RestartPolicy): boolean => {
  if (when === "no") return true;
  const endedItself = reason === "exited" && code !== null;
  return endedItself && (stopExitCodes.includes(code) || (when === "on-failure" && code === 0));
};

/** People are told this about the wait. */
export function waitWords(
  verdict: "later" | "slowly",
  { unstable, delayMs }: { readonly unstable: number; readonly delayMs: number },
  { budget }: RestartPolicy,
): string {
  const wait = duration(delayMs);
  if (verdict === "slowly")
    return `has used up its restarts (${count(unstable, "failure")} in a row), and is tried again in ${wait}`;
  const failures = unstable === 0 ? "" : ` (${count(unstable, "failure")} in a row, ${budget} allowed)`;
  return `starts again in ${wait}${failures}`;
}
