/** The policy of the table, scaled from minutes to seconds; everything a row does not test is out of its way. */
import type { ConfigFile } from "../support/launch.ts";

export const TIMEOUT_MS = 2_500;
export const HOLD_MS = 2_000;
export const INTERVAL_MS = 400;
export const GRACE_MS = 1_000;
export const MEMORY_MB = 256;

export const defaults = {
  maxConcurrentProcesses: 100,
  maxCpuUsagePercent: 80,
  maxMemoryUsageMB: 4_096,
  processTimeoutMs: 60_000,
  monitoringIntervalMs: INTERVAL_MS,
  concurrencyMinAgeMs: 0,
  cpuHoldMs: HOLD_MS,
  killGraceMs: GRACE_MS,
  armTicks: 0,
  breaker: { maxKillsPerMinute: 1_000 },
} satisfies ConfigFile;

/** Long enough for any rule of this configuration to have fired on a process of that age. */
export function ripeAgeMs(config: ConfigFile): number {
  const milliseconds = (key: "processTimeoutMs" | "cpuHoldMs"): number => {
    const value = config[key] ?? defaults[key];
    return typeof value === "number" ? value : 0;
  };
  const timeoutMs = milliseconds("processTimeoutMs");
  // a row that is not about time leaves the timeout at a minute: nobody waits for that
  const scaledMs = timeoutMs < defaults.processTimeoutMs ? timeoutMs : 0;
  return Math.max(scaledMs, milliseconds("cpuHoldMs")) + 300;
}
