/** The two limits that one command can have to itself: how their values are said, and written into the file. */
import { bytes, count, duration, whole } from "../../wording.ts";
import { roundDurationMs, roundMebibytes } from "./round.ts";

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

export const BYTES_PER_MIB = 1_048_576;

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
