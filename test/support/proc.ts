/** What the kernel says about a process, read by the tests themselves: the product is not asked about its own success. */
import { readFileSync, readdirSync } from "node:fs";

/** Narrows a thrown value to the errno names that are expected here. */
export const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && "code" in error && codes.includes(String(error.code));

/** A process as a test knows it: what its pid meant when it was up. */
export interface Started {
  readonly pid: number;
  /** proc_pid_stat(5) field 22, clock ticks since boot. */
  readonly startTicks: number;
}

export interface Stat {
  readonly comm: string;
  /** One letter, proc_pid_stat(5) field 3. */
  readonly state: string;
  readonly ppid: number;
  readonly sid: number;
  readonly ticks: number;
  readonly threads: number;
  readonly startTicks: number;
}

/** What the kernel says about a pid right now; null when there is no such process. */
export function readStat(pid: number): Stat | null {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch (error) {
    // ENOENT: no such pid; ESRCH: it was reaped between open and read
    if (hasCode(error, "ENOENT", "ESRCH")) return null;
    throw error;
  }
}

/** The name in parentheses may hold spaces and parentheses itself: fields count from the last one. */
export function parseStat(text: string): Stat {
  const close = text.lastIndexOf(")");
  const rest = text.slice(close + 2).split(" ");
  const field = (number: number): number => Number(rest[number - 3]);
  return {
    comm: text.slice(text.indexOf("(") + 1, close),
    state: rest[0] ?? "?",
    ppid: field(4),
    sid: field(6),
    ticks: field(14) + field(15),
    threads: field(20),
    startTicks: field(22),
  };
}

/** Is it still that process, and more than a zombie whose threads have all ended? */
export function isAlive(started: Started): boolean {
  const stat = readStat(started.pid);
  return (
    stat !== null && stat.startTicks === started.startTicks && !(stat.state === "Z" && stat.threads <= 1)
  );
}

/** Every pid in this PID namespace. */
export const allPids = (): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** getconf CLK_TCK is 100 on every Linux that Bun runs on. */
const MS_PER_TICK = 10;

/** Since its start, to a tick, ms: from our own start time, which counts in the same ticks, and the clock since then. */
export const ageMs = ({ startTicks }: Started): number => {
  const own = readStat(process.pid)?.startTicks ?? 0;
  return (own - startTicks) * MS_PER_TICK + process.uptime() * 1_000;
};

/** Pids of this namespace whose command line has this part. */
export const running = (part: string): readonly number[] =>
  allPids().filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").includes(part);
    } catch (error) {
      if (hasCode(error, "ENOENT", "ESRCH")) return false;
      throw error;
    }
  });
