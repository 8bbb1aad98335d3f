/** Numbers that a person would have chosen. All round up: less room than was measured is no advice. */

const MINUTE_MS = 60_000;
/** Minutes. */
const DURATIONS = [1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720] as const;
const DAY_MINUTES = 1_440;

/** 250_000 → 300_000 (5 min); beyond 12 h whole days. At least a minute. */
export function roundDurationMs(ms: number): number {
  const minutes = ms / MINUTE_MS;
  const found = DURATIONS.find((each) => each >= minutes);
  return (found ?? Math.ceil(minutes / DAY_MINUTES) * DAY_MINUTES) * MINUTE_MS;
}

/** 1_100 → 1_280: in steps of a quarter of the power of two below. */
export function roundMebibytes(mebibytes: number): number {
  const step = Math.max(1, 2 ** (Math.floor(Math.log2(Math.max(1, mebibytes))) - 2));
  return Math.ceil(mebibytes / step) * step;
}

/** The value below which `share` (0 to 1) of the ascending numbers lie, by nearest rank; null of none. */
export const quantile = (ascending: readonly number[], share: number): number | null =>
  ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? null;
