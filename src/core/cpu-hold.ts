/** Since when a process has been over its CPU limit without a break. */
import { cpuValue } from "./cpu-rate.ts";
import type { CpuMemory, OverLimit, Remembered } from "./history.ts";

/**
 * The hold begins with the sample before the first one over the limit: the use between the two was over it.
 * null = not over, unknown, or no limit; a changed limit begins a new hold.
 */
export function overLimit(
  before: Pick<Remembered, "cpu" | "over"> | undefined,
  cpu: CpuMemory,
  limitPercent: number | null,
): OverLimit | null {
  const value = cpuValue(cpu);
  if (before === undefined || limitPercent === null || value === null || value <= limitPercent) return null;
  return before.over?.limitPercent === limitPercent
    ? before.over
    : { sinceMs: before.cpu.atMs, limitPercent };
}
