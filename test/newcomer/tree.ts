/** Processes as a test knows them: whole trees, and how old they are. */
import { readFileSync } from "node:fs";
import { allPids, readStat, type Started } from "../support/proc.ts";

/** USER_HZ: what proc_pid_stat(5) counts start times in, 100 on every Linux that Bun runs on. */
const TICKS_PER_SECOND = 100;

/** The process and every descendant that is still linked to it by parent pids, root first. */
export function treeOf(root: Started): readonly Started[] {
  const parents = new Map(allPids().map((pid) => [pid, readStat(pid)?.ppid ?? 0]));
  const isBelow = (pid: number): boolean => {
    for (let at = pid; at > 1; at = parents.get(at) ?? 0) if (at === root.pid) return true;
    return false;
  };
  return [...parents.keys()].filter(isBelow).flatMap((pid) => {
    const stat = readStat(pid);
    return stat === null ? [] : [{ pid, startTicks: stat.startTicks }];
  });
}

/** proc_uptime(5) counts from the same instant as start times do. */
export function ageMs({ startTicks }: Started): number {
  const uptimeS = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
  return (uptimeS - startTicks / TICKS_PER_SECOND) * 1_000;
}
