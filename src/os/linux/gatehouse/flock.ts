/**
 * flock(2) on files that stay: a lock for some milliseconds, and a sign of life that the kernel takes down with its
 * owner, in whatever PID namespace that was. Bun sets O_CLOEXEC, so no child keeps one.
 */
import { closeSync, constants, openSync } from "node:fs";
import { Errno, SYS, syscall } from "../ffi.ts";

const [LOCK_SH, LOCK_EX, LOCK_NB] = [1, 2, 4] as const;
const { O_CREAT, O_NOFOLLOW, O_RDWR } = constants;

/** Waits in the kernel's own queue for its turn. Not for long sections: nothing else runs meanwhile. */
export function lockFile(path: string): Disposable {
  const fd = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600);
  for (;;) {
    const result = syscall(SYS.flock, fd, LOCK_EX);
    if (result === 0) return { [Symbol.dispose]: () => closeSync(fd) };
    if (result === -Errno.EINTR) continue;
    closeSync(fd);
    throw new Error(`flock on ${path} failed with errno ${-result}; is it on a file system without locks?`);
  }
}

/** A new file that is locked for as long as its owner lives, or until it is disposed. */
export function holdFile(path: string): Disposable {
  const fd = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600);
  const result = syscall(SYS.flock, fd, LOCK_EX | LOCK_NB);
  if (result !== 0) throw new Error(`flock on the new file ${path} failed with errno ${-result}.`);
  return { [Symbol.dispose]: () => closeSync(fd) };
}

/** False also when the file is gone. Asked by one at a time: to ask is to lock for an instant. */
export function isHeld(path: string): boolean {
  let fd: number;
  try {
    fd = openSync(path, O_RDWR | O_NOFOLLOW);
  } catch (error) {
    // its owner has just left
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
  const result = syscall(SYS.flock, fd, LOCK_SH | LOCK_NB);
  closeSync(fd);
  return result === -Errno.EWOULDBLOCK;
}
