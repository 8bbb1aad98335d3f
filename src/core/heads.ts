/**
 * Processes that launch jobs without being part of them: coding agents and other compiled programs, this product, and
 * whatever launched the watchdog. Each is a job of its own, and what it starts are jobs of their own.
 */
import { isOurs } from "./ours.ts";
import type { Self } from "./policy.ts";
import { isGone, type ProcessSample } from "./process.ts";
import { isBun, isLauncher, nearestBun, type Processes } from "./tree.ts";

const standsAlone = (process: ProcessSample, self: Self): boolean =>
  process.runtime === "compiled" ||
  isOurs(process) ||
  (isBun(process) && (process.id.pid === self.pid || self.ancestors.includes(process.id.pid)));

/** Pids of all heads. A launcher (`bun run start`, `bunx claude`) stands for what it launched. */
export function findHeads(processes: Processes, self: Self): ReadonlySet<number> {
  const heads = new Set<number>();
  for (const process of processes.values()) {
    if (isGone(process) || !standsAlone(process, self)) continue;
    heads.add(process.id.pid);
    let above = nearestBun(process, processes);
    while (above !== null && isLauncher(above) && !heads.has(above.id.pid)) {
      heads.add(above.id.pid);
      above = nearestBun(above, processes);
    }
  }
  return heads;
}
