/** Reads what this program can say of itself. */
import type { GCStats, ProcessMetrics } from "../core/program/metrics.ts";

const US_PER_MS = 1_000;

export function readMetrics(gcStats: GCStats): ProcessMetrics {
  const { heapUsed, heapTotal, external, rss } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return {
    timestamp: new Date(),
    pid: process.pid,
    memory: { heapUsed, heapTotal, external, rss },
    cpu: { userMs: user / US_PER_MS, systemMs: system / US_PER_MS },
    uptime: process.uptime(),
    gcStats,
  };
}
