/** Says which process has a pid, for callers that ask seldom and load little: no descriptor is kept, no other process is looked at. */
import { isGone, type ProcessId } from "../../../core/process/process.ts";
import { FileStat } from "./executable.ts";
import { textIn } from "../files/files.ts";
import { livingThreads } from "./unreaped.ts";
import { Field, newStat, parseStat, stateOf, type Stat } from "./stat.ts";

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
  const [state, threads] = [stateOf(stat[Field.state] ?? 0), stat[Field.threads] ?? 0];
  return isGone({ state, threads: livingThreads(pid, state, threads) }) ? null : idOf(pid, stat);
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
