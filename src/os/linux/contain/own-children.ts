/**
 * The processes that this one has started itself. As a subreaper it gets strangers for children too (PR_SET_CHILD_SUBREAPER(2const)):
 * those are reaped and may be killed as members of a job, these are waited for by Bun and are nobody's members.
 *
 * One set for the process: this module is in both files of a built wrapper.
 */
import { namesIn, readText } from "../files/files.ts";
import { isHandled } from "../pin/pidfd.ts";
import { Errno, SYS, syscall } from "../ffi.ts";

declare global {
  var bunWatchdogChildren: Set<number> | undefined;
}
const own = (globalThis.bunWatchdogChildren ??= new Set<number>());

/** Until it has ended. Everything in os/linux that spawns says so here. */
export const ownChild = ({ pid, exited }: Pick<Bun.Subprocess, "pid" | "exited">): void => {
  own.add(pid);
  void exited.finally(() => own.delete(pid));
};

export const isOwnChild = (pid: number): boolean => own.has(pid);

const WNOHANG = 1;

/** Of a child that has ended and that Bun does not wait for; `usage`: address of a struct rusage. Whether it was there to take. */
export const takeStatus = (pid: number, usage = 0): boolean => {
  const result = syscall(SYS.wait4, pid, 0, WNOHANG, usage);
  // ECHILD: somebody was faster; 0: it has not ended
  if (result < 0 && result !== -Errno.ECHILD) throw new Error(`wait4(${pid}) failed: errno ${-result}`);
  return result > 0;
};

/**
 * Children that Bun waits for and nobody has told us of: those of the program that we are part of. Bun holds a pidfd for each
 * (1.4.5), proc_pid_fdinfo(5). null = that cannot be read now, so that a child of Bun's cannot be told from a stranger.
 */
export function childrenOfBun(): ReadonlySet<number> | null {
  const names = namesIn("/proc/self/fdinfo");
  // the list has at least the descriptor that it is read by
  if (names.length === 0) return null;
  const held = new Set<number>();
  for (const name of names) {
    const text = readText(`/proc/self/fdinfo/${name}`);
    if (text === -Errno.ENOENT) continue;
    if (typeof text === "number") return null;
    const pid = /^Pid:\s+(\d+)$/m.exec(text)?.[1];
    if (pid !== undefined) held.add(Number(pid));
  }
  return new Set([...held].filter((pid) => !isHandled(pid)));
}
