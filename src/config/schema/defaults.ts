/** The values that hold where nothing is said. Plain data: without a file nothing has to be validated, so valibot stays unloaded. */
import type { Settings } from "./settings.ts";

export const DEFAULTS: Settings = {
  maxConcurrentProcesses: 3,
  maxCpuUsagePercent: 80,
  maxMemoryUsageMB: 1_024,
  processTimeoutMs: 300_000,
  monitoringIntervalMs: 10_000,
  // Of a file that does not say; without any file the mode is observe (load.ts).
  mode: "enforce",
  scope: "nearest",
  killGraceMs: 5_000,
  concurrencyMinAgeMs: 60_000,
  cpuHoldMs: 60_000,
  armTicks: 3,
  defaultRules: true,
  rules: [],
  protect: [],
  logging: { directory: ".kiro/logs", level: "info", maxDays: 14 },
  // A first clean-up of a neglected machine stops a dozen; twenty a minute, over and over, is a mistake.
  breaker: { maxKillsPerMinute: 20 },
  history: { enabled: true, maxDays: 90 },
  // Early in the day, an hour in which few commit; the week's work is behind Monday, the month's behind its first day.
  maintenance: { daily: "0 6 * * *", weekly: "15 6 * * 1", monthly: "30 6 1 * *" },
  alerts: {
    webhook: null,
    command: [],
    on: ["kill", "survivor", "breaker", "config-error"],
    maxPerHour: 30,
  },
  // Eight: a hook that runs a script of scripts in a monorepo reaches five, one that starts itself again any number.
  gate: { maxSlots: null, maxDepth: 8, waitMs: 0, memoryMB: null, countUngated: true },
  dashboard: { enabled: false, port: null, socket: null, readWithoutToken: false, metricsWithoutToken: true },
  enforceCompiled: "orphans",
  enforceNested: false,
};
