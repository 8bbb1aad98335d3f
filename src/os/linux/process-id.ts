/**
 * Who has a pid, read with node:fs alone: a wrapper that waits for its child needs no more, and opening libc takes half
 * as long as Bun's start.
 */
import { readFileSync, statSync } from "node:fs";
import { isGone, type ProcessId } from "../../core/process.ts";
import { Field, newStat, parseStat, stateOf, type Stat } from "./stat.ts";

/** One consistent line of /proc/PID/stat; null when nobody has the pid. */
const statOf = (pid: number): Stat | null => {
  const line = readOrNull(() => readFileSync(`/proc/${pid}/stat`));
  const stat = newStat();
  return line !== null && parseStat(line, line.length, stat) ? stat : null;
};

/** Who has not ended, of whoever has these pids now. */
export const livingIds = (pids: readonly number[]): readonly ProcessId[] =>
  pids.flatMap((pid) => livingId(pid) ?? []);

/** null for those that have ended as well, reaped or not. */
export const livingId = (pid: number): ProcessId | null => {
  const stat = statOf(pid);
  if (stat === null) return null;
  const [state, threads] = [stateOf(stat[Field.state] ?? 0), stat[Field.threads] ?? 0];
  return isGone({ state, threads }) ? null : idOf(pid, stat);
};

/** Also of a zombie. */
export const processId = (pid: number): ProcessId | null => {
  const stat = statOf(pid);
  return stat && idOf(pid, stat);
};

const idOf = (pid: number, stat: Stat): ProcessId => {
  const file = readOrNull(() => statSync(`/proc/${pid}/exe`, { bigint: true }));
  return {
    pid,
    startTicks: stat[Field.startTicks] ?? 0,
    exe: file === null ? null : `${file.dev}:${file.ino}`,
  };
};

/** Gone, or somebody else's. */
const UNREADABLE = new Set(["ENOENT", "ESRCH", "EACCES", "EPERM"]);

const readOrNull = <T>(read: () => T): T | null => {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && "code" in error && UNREADABLE.has(String(error.code))) return null;
    throw error;
  }
};
