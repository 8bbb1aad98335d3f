/** The two limits that one command can have to itself: how their values are said, and written into the file. */
import { bytes, BYTES_PER_MIB, count, duration, whole } from "../../../text/wording.ts";

export interface Measure {
  readonly limit: "timeout" | "memory";
  readonly key: "processTimeoutMs" | "maxMemoryUsageMB";
  readonly inForce: "timeoutMs" | "memoryBytes";
  /** What names of numbers end with. */
  readonly unit: "Ms" | "Bytes";
  readonly say: (value: number) => string;
  /** In the unit of `key`, exact. */
  readonly inFile: (value: number) => number;
  /** In the unit of `key`, rounded up. */
  readonly rounded: (value: number) => number;
  /** How one calls a high value. */
  readonly highest: string;
  readonly samples: (n: number) => string;
  /** In the unit of `key`: less serves nobody, whatever was measured. */
  readonly floor: number;
}

export const TIMEOUT: Measure = {
  limit: "timeout",
  key: "processTimeoutMs",
  inForce: "timeoutMs",
  unit: "Ms",
  say: duration,
  inFile: (ms) => ms,
  rounded: roundDurationMs,
  highest: "longest",
  samples: (n) => count(n, "run"),
  floor: 60_000,
};

export const MEMORY: Measure = {
  limit: "memory",
  key: "maxMemoryUsageMB",
  inForce: "memoryBytes",
  unit: "Bytes",
  say: bytes,
  inFile: (byteCount) => byteCount / BYTES_PER_MIB,
  rounded: (byteCount) => roundMebibytes(byteCount / BYTES_PER_MIB),
  highest: "highest",
  samples: (n) => `${whole(n)} ${n === 1 ? "process" : "processes"}`,
  // an empty Bun has 30 MB; what installs or bundles has a few hundred for a moment
  floor: 256,
};

/** Numbers that a person would have chosen. All round up: less room than was measured is no advice. */
const MINUTE_MS = 60_000;
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
