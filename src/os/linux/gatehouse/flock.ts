/**
 * flock(2) on files that stay: a lock for some milliseconds, and a sign of life that the kernel takes down with its
 * owner, in whatever PID namespace that was. They are close-on-exec, so no child keeps one.
 */
import { close, Errno, SYS, syscall } from "../ffi.ts";
import { systemError } from "../pin/pidfd.ts";
import { openExisting, openToLock } from "../files/private-files.ts";

const [LOCK_SH, LOCK_EX, LOCK_NB] = [1, 2, 4] as const;

/** Waits in the kernel's own queue for its turn. Not for long sections: nothing else runs meanwhile. */
export function lockFile(path: string): Disposable {
  const fd = openToLock(path);
  if (fd < 0) throw systemError(`open(${path})`, fd);
  for (;;) {
    const result = syscall(SYS.flock, fd, LOCK_EX);
    if (result === 0) return { [Symbol.dispose]: () => void close(fd) };
    if (result === -Errno.EINTR) continue;
    close(fd);
    throw systemError(`flock(${path}), is it on a file system without locks?`, result);
  }
}

/** A new file that is locked for as long as its owner lives, or until it is disposed. */
export function holdFile(path: string): Disposable {
  const lock = tryLock(path);
  if (lock === null) throw systemError(`flock(${path})`, -Errno.EWOULDBLOCK);
  return lock;
}

/** Who asks whether it is held has it for an instant: that is waited for. */
const [TRIES, BETWEEN_TRIES_MS] = [20, 1];

/** null: somebody else has it. */
export function tryLock(path: string): Disposable | null {
  const fd = openToLock(path);
  if (fd < 0) throw systemError(`open(${path})`, fd);
  for (let tries = 1; ; tries++) {
    const result = syscall(SYS.flock, fd, LOCK_EX | LOCK_NB);
    if (result === 0) return { [Symbol.dispose]: () => void close(fd) };
    if (result === -Errno.EWOULDBLOCK && tries < TRIES) {
      Bun.sleepSync(BETWEEN_TRIES_MS);
      continue;
    }
    close(fd);
    if (result === -Errno.EWOULDBLOCK) return null;
    throw systemError(`flock(${path})`, result);
  }
}

/** False also when the file is gone. Asked by one at a time: to ask is to lock for an instant. */
export function isHeld(path: string): boolean {
  const fd = openExisting(path);
  // its owner has just left
  if (fd === -Errno.ENOENT) return false;
  if (fd < 0) throw systemError(`open(${path})`, fd);
  const result = syscall(SYS.flock, fd, LOCK_SH | LOCK_NB);
  close(fd);
  return result === -Errno.EWOULDBLOCK;
}
