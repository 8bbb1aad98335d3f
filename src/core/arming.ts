/** Reprieve for what ran before the monitor: a first start must not surprise anyone. */
import type { Job } from "./job.ts";
import type { Policy } from "./policy.ts";

/** Jobs older than the monitor → until when they are spared (monotonic ms); those whose reprieve is over are missing. */
export function reprieves(
  jobs: readonly Job[],
  startedMs: number,
  nowMs: number,
  policy: Pick<Policy, "armTicks" | "intervalMs">,
): ReadonlyMap<string, number> {
  const untilMs = startedMs + policy.armTicks * policy.intervalMs;
  if (nowMs >= untilMs) return new Map();
  return new Map(jobs.filter((job) => job.ageMs > nowMs - startedMs).map((job) => [job.id, untilMs]));
}
