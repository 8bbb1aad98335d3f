/** Memory between two looks: whether it goes so fast that the next one must not wait, and what is remembered of it. */
import { policiesOf } from "../core/judge/governance.ts";
import type { Policy } from "../core/judge/policy.ts";
import type { History, MemoryPoint } from "../core/judge/history.ts";
import { processKey, type ProcessId, type Snapshot } from "../core/process/process.ts";
import type { Clock } from "../ports/clock.ts";
import type { ProcessSampler } from "../ports/sampler.ts";

/** Of the memory limit: below it, other programs' coming and going would wake us all day. */
const SUSPICIOUS_SHARE = 0.5;

/**
 * Memory that was there at the last look is gone, as much of it as a process may use: somebody leaks faster than the
 * interval (Z15: 3 GB in 1.2 s), perhaps one that was not there yet.
 */
export function memoryIsGoing(
  { machine: { availableBytes } }: Snapshot,
  sampler: Pick<ProcessSampler, "machine">,
  policy: Policy,
): boolean {
  const limits = policiesOf(policy).flatMap(({ limits: { memoryBytes } }) => memoryBytes ?? []);
  if (limits.length === 0) return false;
  const nowBytes = sampler.machine().availableBytes;
  if (availableBytes === null || nowBytes === null) return false;
  return availableBytes - nowBytes > Math.min(...limits) * SUSPICIOUS_SHARE;
}

/** Of one process, as the warning about leaks remembers it: Unix epoch ms, oldest first. */
export function memoryOf(
  { processes }: History,
  id: Pick<ProcessId, "pid" | "startTicks">,
  clock: Pick<Clock, "wallMs" | "monotonicMs">,
): readonly MemoryPoint[] {
  const apartMs = clock.wallMs() - clock.monotonicMs();
  const points = processes.get(processKey(id))?.memory.points ?? [];
  return points.map(({ atMs, bytes }) => ({ atMs: atMs + apartMs, bytes }));
}
