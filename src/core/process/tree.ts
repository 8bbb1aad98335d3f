/** Walking the process tree of one snapshot. */
import { isGone, type ProcessSample } from "./process.ts";

export type Processes = ReadonlyMap<number, ProcessSample>;

export const isBun = (process: Pick<ProcessSample, "runtime">): boolean => process.runtime !== "other";

/** Starts one command and forwards signals to it. */
export const isLauncher = (process: Pick<ProcessSample, "kind">): boolean =>
  process.kind === "launcher" || process.kind === "bunx";

/** The living parent, where it is in view. A parent is never younger than its child: that would be a reused pid. */
export function parentOf(process: ProcessSample, processes: Processes): ProcessSample | null {
  const parent = processes.get(process.ppid);
  if (parent === undefined || isGone(parent) || parent.id.startTicks > process.id.startTicks) return null;
  return parent;
}

/** Nearest first. Ends at the edge of the view, and at a loop (a snapshot is not taken in one instant). */
export function ancestorsOf(process: ProcessSample, processes: Processes): readonly ProcessSample[] {
  const found: ProcessSample[] = [];
  const seen = new Set([process.id.pid]);
  let at = parentOf(process, processes);
  while (at !== null && !seen.has(at.id.pid)) {
    seen.add(at.id.pid);
    found.push(at);
    at = parentOf(at, processes);
  }
  return found;
}

export const nearestBun = (process: ProcessSample, processes: Processes): ProcessSample | null =>
  ancestorsOf(process, processes).find(isBun) ?? null;

export const byPid = (members: readonly ProcessSample[]): Processes =>
  new Map(members.map((member) => [member.id.pid, member]));

/** Bun members that no other Bun member stands above: one, or several whose common launcher is gone. Oldest first. */
export function topsOf(members: readonly ProcessSample[]): readonly ProcessSample[] {
  // most jobs are one process
  if (members.length === 1) return members.filter(isBun);
  const processes = byPid(members);
  return members
    .filter((member) => isBun(member) && nearestBun(member, processes) === null)
    .toSorted((a, b) => a.id.startTicks - b.id.startTicks || a.id.pid - b.id.pid);
}
