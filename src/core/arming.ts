/** Reprieve for what ran before the monitor: a first start must not surprise anyone. */
import { projectOf, termsOf } from "./governance.ts";
import type { Job } from "./job.ts";
import type { Policy } from "./policy.ts";

/**
 * Jobs older than their watch → until when they are spared (monotonic ms); those whose reprieve is over are missing.
 * `startedMs`: when the monitor began; null = what it found is under the rules at once. A project whose limits a running
 * monitor takes over later begins its own reprieve then.
 */
export function reprieves(
  jobs: readonly Job[],
  startedMs: number | null,
  nowMs: number,
  inForce: Policy,
): ReadonlyMap<string, number> {
  const spared = new Map<string, number>();
  for (const job of jobs) {
    const { policy } = termsOf(job, inForce);
    const sinceMs = projectOf(job, inForce.governance?.projects ?? [])?.sinceMs ?? startedMs;
    if (sinceMs === null || job.ageMs <= nowMs - sinceMs) continue;
    const untilMs = sinceMs + policy.armTicks * inForce.intervalMs;
    if (nowMs < untilMs) spared.set(job.id, untilMs);
  }
  return spared;
}
