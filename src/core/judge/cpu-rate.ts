/** CPU use from the difference of two samples of one process: a lifetime average shows a new spinner as idle. */
import type { CpuMemory, OverLimit, Remembered } from "./history.ts";
import type { ProcessSample } from "../process/process.ts";

/** The kernel counts in ticks of 10 ms: over less than this, one tick is more than 5 %. */
export const SHORTEST_WINDOW_MS = 200;

const NS_PER_MS = 1_000_000;

export function cpuRate(before: CpuMemory | undefined, process: ProcessSample, nowMs: number): CpuMemory {
  const demand: Demand = {
    demandNs: process.demandNs ?? null,
    demandAtMs: process.demandAtMs ?? nowMs,
    demandPercent: null,
  };
  const now = { atMs: nowMs, cpuMs: process.cpuMs };
  if (before === undefined) return { ...now, percent: null, ...demand };
  const tookMs = nowMs - before.atMs;
  if (tookMs < SHORTEST_WINDOW_MS) return before;
  const percent = percentOf(process.cpuMs - before.cpuMs, tookMs);
  return { ...now, percent, ...demandSince(before, demand) };
}

type Demand = Pick<CpuMemory, "demandNs" | "demandAtMs" | "demandPercent">;

/** On a busy machine it is read long after the rest of its sample, and not equally long each time: it has windows of its own. */
function demandSince(
  { demandNs: beforeNs, demandAtMs: beforeMs, demandPercent }: Demand,
  now: Demand,
): Demand {
  if (now.demandNs === null || beforeNs === null) return { ...now, demandPercent: null };
  const tookMs = now.demandAtMs - beforeMs;
  if (tookMs < SHORTEST_WINDOW_MS) return { demandNs: beforeNs, demandAtMs: beforeMs, demandPercent };
  return { ...now, demandPercent: percentOf((now.demandNs - beforeNs) / NS_PER_MS, tookMs) };
}

/** Never below zero: the demand of a thread that has ended leaves the sum. */
const percentOf = (usedMs: number, tookMs: number): number => Math.max(0, (usedMs / tookMs) * 100);

/**
 * What is held against the limit: demand where it is known, since five spinners on two cores get 17 to 19 % each
 * and want 100 % (Z28). null on a first sample.
 */
export const cpuValue = ({ percent, demandPercent }: CpuMemory): number | null =>
  percent === null ? null : Math.max(percent, demandPercent ?? 0);

/** Over its whole life, percent of a core; by what it wanted, where that is known. */
type Aged = Pick<ProcessSample, "cpuMs" | "demandNs" | "ageMs">;

export const lifetimeCpu = ({ cpuMs, demandNs, ageMs }: Aged): number =>
  percentOf(Math.max(cpuMs, (demandNs ?? 0) / NS_PER_MS), Math.max(ageMs, 1));

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
