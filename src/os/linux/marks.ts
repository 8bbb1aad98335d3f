/**
 * A mark that a process hands down to everybody it starts, through any number of forks, execs, sessions and scrubbed
 * environments: the proof of descent that nothing else in /proc gives once a parent has ended.
 *
 * It is a bit of /proc/PID/coredump_filter: "inherited by a child created via fork(2) and preserved across an execve(2)"
 * (core(5)); its owner may write it. The two bits used say whether a core dump has the mappings of DAX devices in it:
 * where there are such devices at all, a dump becomes larger. Needs CONFIG_ELF_CORE, and a process that is dumpable.
 */
import { closeSync, constants, openSync, writeSync } from "node:fs";
import type { Mark, Marks } from "../../core/process.ts";
import { ENTRY, type ProcFiles } from "./proc-files.ts";

const BIT: Readonly<Record<Mark, number>> = { watched: 1 << 7, stopped: 1 << 8 };

/** What it bears; null = it is gone, this system does not tell, or has such bits set for everybody. */
export const readMarks = (proc: ProcFiles, pid: number): Marks | null => {
  const own = readFilter(proc, process.pid);
  const filter = readFilter(proc, pid);
  if (own === null || filter === null || (own & (BIT.watched | BIT.stopped)) !== 0) return null;
  return { watched: (filter & BIT.watched) !== 0, stopped: (filter & BIT.stopped) !== 0 };
};

/**
 * Whether it bears the mark now and did not before: a mark that was there proves nothing. `isStill` is asked once the
 * descriptor, which stays bound to whoever had the pid when it was opened, is held.
 */
export const leaveMark = (proc: ProcFiles, pid: number, mark: Mark, isStill: () => boolean): boolean => {
  const before = readMarks(proc, pid);
  const filter = readFilter(proc, pid);
  if (before === null || filter === null || before[mark]) return false;
  return write(pid, filter | BIT[mark], isStill) && readMarks(proc, pid)?.[mark] === true;
};

const readFilter = (proc: ProcFiles, pid: number): number | null => {
  const length = proc.read(pid, ENTRY.coredumpFilter);
  if (length <= 0) return null;
  const filter = Number.parseInt(proc.latin1(length), 16);
  return Number.isNaN(filter) ? null : filter;
};

/** Ended, not ours to write, no descriptor left (EMFILE, ENFILE): then there is no proof, and nothing else is harmed. */
const EXPECTED: ReadonlySet<unknown> = new Set(
  "ENOENT ESRCH EACCES EPERM EROFS EMFILE ENFILE ENOMEM".split(" "),
);

const write = (pid: number, filter: number, isStill: () => boolean): boolean => {
  try {
    const fd = openSync(`/proc/${pid}/coredump_filter`, constants.O_WRONLY);
    try {
      if (!isStill()) return false;
      writeSync(fd, `0x${filter.toString(16)}`);
      return true;
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (error instanceof Error && "code" in error && EXPECTED.has(error.code)) return false;
    throw error;
  }
};
