/**
 * A sign that the kernel takes down with the last process that has a descriptor, in whatever PID namespace that is: a shared
 * flock(2) of the open file that a child inherits. Whoever unlocks it itself is not seen; where there are no locks, nobody is.
 */
import { close, Errno, SYS, syscall } from "../ffi.ts";
import { openExisting } from "./private-files.ts";

const [LOCK_SH, LOCK_EX, LOCK_NB] = [1, 2, 4] as const;

/** Never waits: a program may have locked the file that it was given. */
export const markInUse = (fd: number): void => void syscall(SYS.flock, fd, LOCK_SH | LOCK_NB);

export function isInUse(path: string): boolean {
  const fd = openExisting(path);
  // who has just gone, or is nobody's to ask, is not in use
  if (fd < 0) return false;
  const result = syscall(SYS.flock, fd, LOCK_EX | LOCK_NB);
  close(fd);
  return result === -Errno.EWOULDBLOCK;
}
