/** What another process has used so far, read from /proc. */
import { readdirSync, readFileSync } from "node:fs";
import { hasCode } from "../../test/support/proc.ts";

/** USER_HZ is 100 on every kernel that Bun runs on (proc_pid_stat(5)). */
const MS_PER_TICK = 10;
const NS_PER_MS = 1_000_000;

export interface Usage {
  /** Σ of the living threads' schedstat: exact, but what ended threads used is missing. */
  readonly threadsMs: number;
  /** utime + stime of the thread group: ended threads included, in steps of 10 ms. */
  readonly groupMs: number;
  /** cutime + cstime: children it has waited for, in steps of 10 ms. */
  readonly childrenMs: number;
}

export function readUsage(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // fields count from 1 and the first after the name is number 3
  const ticks = (...numbers: number[]): number =>
    numbers.reduce((sum, number) => sum + Number(fields[number - 3]), 0) * MS_PER_TICK;
  return { threadsMs: threadsMs(pid), groupMs: ticks(14, 15), childrenMs: ticks(16, 17) };
}

function threadsMs(pid: number): number {
  let sum = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      sum += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ", 1)[0]);
    } catch (error) {
      // it ended between the listing and the reading
      if (!hasCode(error, "ENOENT", "ESRCH")) throw error;
    }
  }
  return sum / NS_PER_MS;
}

/**
 * CPU ms between two readings. The threads' sum is exact while no thread ended; when it lags behind the group's
 * own number by more than that one's resolution, one has, and the coarse number is the true one.
 */
export function usedMs(before: Usage, after: Usage): number {
  const threads = after.threadsMs - before.threadsMs;
  const group = after.groupMs - before.groupMs;
  const children = after.childrenMs - before.childrenMs;
  return (group - threads > 2 * MS_PER_TICK ? group : threads) + children;
}

/** Anonymous resident memory, bytes (proc_pid_status(5)): what it costs that no file backs. */
export function rssAnonBytes(pid: number): number {
  const found = /^RssAnon:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  if (found === undefined) throw new Error(`/proc/${pid}/status has no RssAnon`);
  return Number(found) * 1024;
}
