/** The default file, its times scaled from minutes to seconds. */
import type { ConfigFile } from "../support/launch.ts";

export const TIMEOUT_MS = 12_000;
const HOLD_MS = 3_000;

export const config = {
  processTimeoutMs: TIMEOUT_MS,
  monitoringIntervalMs: 500,
  concurrencyMinAgeMs: 0.2 * TIMEOUT_MS,
  cpuHoldMs: HOLD_MS,
  killGraceMs: 1_000,
} satisfies ConfigFile;

/** A build of 70 s under a timeout of a minute. */
export const BUILD_MS = 1.2 * TIMEOUT_MS;
export const SHORT_JOB_MS = 0.4 * TIMEOUT_MS;

/** By then every neighbour has been over every limit that could be held against it. */
export const STAY_MS = 2.5 * TIMEOUT_MS;
