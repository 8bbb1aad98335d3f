/** Says which process has a pid, for callers that ask seldom and load little: no descriptor is kept, no other process is looked at. */
import { isGone, type ProcessId } from "../../../core/process/process.ts";
import { FileStat } from "./executable.ts";
import { textIn } from "../files/files.ts";
import { livingThreads } from "./unreaped.ts";
import { Field, newStat, parseStat, PF_EXITING, stateOf, type Stat } from "./stat.ts";

/** One consistent line of /proc/PID/stat; null when nobody has the pid. */
export const statOf = (pid: number | "self"): Stat | null => {
  const line = new TextEncoder().encode(textIn(`/proc/${pid}/stat`));
  const stat = newStat();
  return parseStat(line, line.length, stat) ? stat : null;
};

export const livingIds = (pids: readonly number[]): readonly ProcessId[] =>
  pids.flatMap((pid) => livingId(pid) ?? []);

/** null for those that have ended as well, reaped or not. */
export const livingId = (pid: number): ProcessId | null => {
  const stat = statOf(pid);
  if (stat === null) return null;
  return isGone(standing(pid, stat)) ? null : idOf(pid, stat);
};

/** Whether it is there and has not ended. */
export const isAlive = ({ pid, startTicks }: Pick<ProcessId, "pid" | "startTicks">): boolean => {
  const stat = statOf(pid);
  return stat !== null && stat[Field.startTicks] === startTicks && !isGone(standing(pid, stat));
};

/** How a process stands, by one line of /proc/PID/stat. */
export const standing = (pid: number, stat: Stat) => {
  const state = stateOf(stat[Field.state] ?? 0);
  return {
    startTicks: stat[Field.startTicks] ?? 0,
    state,
    threads: livingThreads(pid, state, stat[Field.threads] ?? 0),
    ppid: stat[Field.parent] ?? 0,
    isExiting: ((stat[Field.flags] ?? 0) & PF_EXITING) !== 0,
  };
};

/** Also of a zombie. */
export const processId = (pid: number): ProcessId | null => {
  const stat = statOf(pid);
  return stat && idOf(pid, stat);
};

const executable = new FileStat();

const idOf = (pid: number, stat: Stat): ProcessId => ({
  pid,
  startTicks: stat[Field.startTicks] ?? 0,
  exe: executable.readPath(`/proc/${pid}/exe`) < 0 ? null : executable.id,
});
