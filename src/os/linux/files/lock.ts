/**
 * One holder per path, by flock(2): the kernel frees the lock when the holder's last descriptor closes, however it
 * died, so a leftover file never blocks (I9). The descriptor is close-on-exec: children do not keep the lock alive.
 */
import { textAt } from "../../../trust/small-files.ts";
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  rmSync,
  writeSync,
} from "node:fs";
import { orElse } from "../../../text/system-error.ts";
import { type LockNote, type LockHolder, type Lock, parseHolder, UNKNOWN_HOLDER } from "../../lock.ts";
import { Errno, SYS, syscall } from "../ffi.ts";
import { systemError } from "../pin/pidfd.ts";
import { statOf } from "../proc/process-id.ts";
import { Field } from "../proc/stat.ts";

/** flock(2) operations. */
const LOCK_EX_NB = 2 | 4;
// O_CLOEXEC is set by Bun on every descriptor (fdinfo flags 02000000); a test checks it
const OPEN_FLAGS = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
/** A holder writes its name within microseconds of locking; one that never does is held by something unknown. */
const ATTEMPTS = 1_000;

const flock = (fd: number): number => syscall(SYS.flock, fd, LOCK_EX_NB);

/**
 * Takes the lock at once or says who has it. The file is created 0600 and removed on release.
 * Throws what open(2) throws (ELOOP: somebody put a symbolic link there).
 */
export function acquireOfdLock(
  path: string,
  about: LockNote = {},
  lock: typeof flock = flock,
): Lock | { readonly heldBy: LockHolder } {
  for (let attempt = 1; ; attempt++) {
    const fd = openSync(path, OPEN_FLAGS, 0o600);
    const result = lock(fd);
    if (result === 0 && isCurrent(fd, path)) return hold(fd, path, about);
    const inode = fstatSync(fd).ino;
    closeSync(fd);
    if (result === -Errno.EWOULDBLOCK) {
      const holder = readHolder(path, inode) ?? (attempt < ATTEMPTS ? null : UNKNOWN_HOLDER);
      if (holder !== null) return { heldBy: holder };
    } else if (result !== 0 && result !== -Errno.EINTR) {
      throw systemError(`Locking ${path}`, result);
    }
    // else: released, or unlinked and made anew, between two of our calls
  }
}

/** The file that is locked is the one others will open: the last holder unlinks it on release. */
function isCurrent(fd: number, path: string): boolean {
  const ours = fstatSync(fd);
  const current = lstatSync(path, { throwIfNoEntry: false });
  return current !== undefined && current.ino === ours.ino && current.dev === ours.dev;
}

function hold(fd: number, path: string, about: LockNote): Lock {
  const holder: LockHolder = { pid: process.pid, startTicks: ownStartTicks(), since: Date.now(), ...about };
  introduce(fd, holder);
  let held = true;
  return {
    path,
    isInForce: () => held && isCurrent(fd, path),
    [Symbol.dispose]: () => {
      if (!held) return;
      held = false;
      // removed before it is freed: who opened it meanwhile gets the lock, sees isCurrent() fail and starts over
      if (isCurrent(fd, path)) rmSync(path, { force: true });
      closeSync(fd);
    },
  };
}

/** For people: the lock is the kernel's. On a full disk the holder stays without a name. */
function introduce(fd: number, holder: LockHolder): void {
  const write = (): void => {
    ftruncateSync(fd);
    writeSync(fd, `${JSON.stringify(holder)}\n`, 0);
  };
  orElse(undefined, write, "ENOSPC", "EDQUOT", "EIO", "EFBIG");
}

/** The kernel wins over the file, which may be a dead holder's until the next one has written. null = just released. */
function readHolder(path: string, inode: number): LockHolder | null {
  const written = parseHolder(readText(path));
  const [pid, ...others] = lockingPids(readText("/proc/locks"), inode);
  if (pid === undefined || written?.pid === pid || (written !== null && others.includes(written.pid)))
    return written;
  return { ...UNKNOWN_HOLDER, pid };
}

/** Finds the processes with a flock on an inode, from the text of /proc/locks (proc_locks(5)); pids of other namespaces are not told. */
export function lockingPids(locks: string, inode: number): readonly number[] {
  return locks.split("\n").flatMap((line) => {
    const [, kind, , , pid, file] = line.trim().split(/\s+/);
    return kind === "FLOCK" && file?.split(":")[2] === String(inode) && Number(pid) > 0 ? [Number(pid)] : [];
  });
}

/** "": released and unlinked meanwhile, or a container without /proc/locks. */
const readText = (path: string): string => textAt(path, "ENOENT", "EACCES") ?? "";

const ownStartTicks = (): number => statOf("self")?.[Field.startTicks] ?? 0;
