/** Any process, in view or not: what to call it, and whom it descends from. */
import { commandLine, printable } from "../../../text/mask.ts";
import { ENTRY, type ProcFiles } from "./proc-files.ts";
import { Field, readStat, statName } from "./stat.ts";

/** Longer chains do not exist; a reading that races with reparenting could walk in a circle. */
const MOST_ANCESTORS = 4096;

/** One line ("systemd", "bun run dev", "[kthreadd]"); null when it is gone. */
export const describeProcess = (proc: ProcFiles, pid: number): string | null => {
  const statLength = proc.read(pid, ENTRY.stat);
  if (statLength <= 0) return null;
  const name = statName(proc.scratch, statLength);
  const length = proc.read(pid, ENTRY.cmdline);
  return length > 0 ? commandLine(splitArguments(proc.text(length))) : printable(`[${name}]`);
};

/** Nearest first, up to pid 1; empty when it is gone or has no parent in this PID namespace. */
export const ancestorPids = (proc: ProcFiles, pid: number): readonly number[] => {
  const ancestors: number[] = [];
  let parent = parentOf(proc, pid);
  while (parent > 0 && ancestors.length < MOST_ANCESTORS && !ancestors.includes(parent)) {
    ancestors.push(parent);
    parent = parentOf(proc, parent);
  }
  return ancestors;
};

const parentOf = (proc: ProcFiles, pid: number): number => readStat(proc, pid)?.[Field.parent] ?? 0;

/** What /proc/PID/cmdline holds, proc_pid_cmdline(5): arguments end in NUL each; a process may have overwritten them with anything. */
export const splitArguments = (text: string): string[] => {
  const argv = text.split("\0");
  // The last NUL ends an argument; more of them are what is left of a title that became shorter.
  while (argv.at(-1) === "") argv.pop();
  return argv;
};
