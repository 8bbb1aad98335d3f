/**
 * How often a launched job's use of the CPU is looked at, and when it is worth a look at each of its processes. Apart from the
 * limits themselves: every wrapper takes this, and the judgement with its names of known programs only where it looks.
 */

/** Of each process; 100 = one core, over it without progress for the whole hold. */
export interface CpuLimit {
  readonly percent: number;
  readonly holdMs: number;
}

/** Between two looks, whatever they are for. */
export const SHORTEST_LOOK_MS = 100;
const LONGEST_MS = 10_000;
/** A hold is seen as one only if it is looked at in between. */
const LOOKS_PER_HOLD = 6;

export const cpuLookMs = ({ holdMs }: CpuLimit): number =>
  Math.max(SHORTEST_LOOK_MS, Math.min(LONGEST_MS, holdMs / LOOKS_PER_HOLD));

/** Others may keep a process from its core: of what it wants it gets this share at least. */
const LEAST_SHARE = 0.1;

/** Whether one process of a job that was on a CPU for `usedMs` of `elapsedMs` may want more than the limit. */
export const mayBeOver = ({ percent }: CpuLimit, usedMs: number, elapsedMs: number): boolean =>
  usedMs >= elapsedMs * (percent / 100) * LEAST_SHARE;
