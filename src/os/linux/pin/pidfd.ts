/**
 * One process by handle: signals through it never reach a later owner of the pid.
 *
 * Availability: pidfd_open(2) and pidfd_send_signal(2) need Linux 5.3 and may be filtered (ENOSYS, or EPERM
 * from an old container profile). Then a held /proc/PID directory stands in: it stops answering when its
 * process is reaped, so it is asked directly before kill(2); what remains is the time between these two calls.
 */
import {
  address,
  allocate,
  close,
  cString,
  Errno,
  errnoName,
  O_DIRECTORY,
  open,
  openat,
  pread,
  SYS,
  syscall,
} from "../ffi.ts";
import { Field, newStat, parseStat } from "../proc/stat.ts";

const F_DUPFD_CLOEXEC = 1030;
const [POLLIN, POLLOUT] = [1, 4] as const;

export interface Handle {
  /** 0, or a negated errno. Number 0 only asks whether the process is there and ours to signal. */
  signal(number: number): number;
  /** The whole thread group has ended: reaped, or a zombie without live threads. */
  ended(): boolean;
  /** Nobody will ever answer again: it was reaped, the pid is free for others. */
  reaped(): boolean;
  /** Becomes readable at the end; null = this handle has no such. */
  readonly descriptor: number | null;
  close(): void;
}

/** A handle on whoever has `pid` now, or a negated errno: ESRCH = nobody. */
export const openHandle = (pid: number): Handle | number => {
  const fd = syscall(SYS.pidfd_open, pid, 0);
  if (fd >= 0) return pidfdHandle(fd, pid);
  // 22: a thread's id, not a process's; newer kernels say ENOENT
  if (fd === -Errno.EINVAL || fd === -Errno.ENOENT) return -Errno.ESRCH;
  return fd === -Errno.ENOSYS || fd === -Errno.EPERM ? openDirectoryHandle(pid) : fd;
};

/** How many handles this process has on whom. */
const handled = new Map<number, number>();

export const isHandled = (pid: number): boolean => handled.has(pid);

function count(pid: number, by: 1 | -1): void {
  const handles = (handled.get(pid) ?? 0) + by;
  if (handles > 0) handled.set(pid, handles);
  else handled.delete(pid);
}

const pidfdHandle = (fd: number, pid: number): Handle => {
  count(pid, 1);
  const signal = (number: number): number => syscall(SYS.pidfd_send_signal, fd, number, 0, 0);
  return {
    signal,
    ended: () => readable(fd),
    reaped: () => signal(0) === -Errno.ESRCH,
    descriptor: fd,
    close: () => {
      close(fd);
      count(pid, -1);
    },
  };
};

/** Readable = the thread group is empty; a leader that exited before its threads is not (pidfd_open(2)). */
const readable = (fd: number): boolean => isReady(fd, POLLIN);

/** Something can be written to it without waiting, or it would fail. */
export const isWritableDescriptor = (fd: number): boolean => isReady(fd, POLLOUT);

const isReady = (fd: number, event: number): boolean => (pollAtOnce(fd, event) ?? 0) !== 0;

/** What is true of a descriptor now, of `events` and errors: poll(2). null = it cannot be asked. */
export const pollAtOnce = (fd: number, events: number): number | null => {
  // struct pollfd: descriptor, what is asked, what is answered
  const request = allocate(8);
  const view = new DataView(request.buffer);
  view.setInt32(0, fd, true);
  view.setInt16(4, events, true);
  const noWait = allocate(16);
  const result = syscall(SYS.ppoll, address(request), 1, address(noWait), 0, 0);
  return result < 0 ? null : view.getInt16(6, true);
};

/** Another descriptor for the same, close-on-exec; null: there is none left. */
export const duplicate = (fd: number): number | null => {
  const copy = syscall(SYS.fcntl, fd, F_DUPFD_CLOEXEC, 0);
  if (copy === -Errno.EMFILE) return null;
  if (copy < 0) throw systemError("fcntl(F_DUPFD_CLOEXEC)", copy);
  return copy;
};

const STAT = cString("stat");

/** For kernels without pidfd; exported because the fallback is tested on kernels that have it. */
export const openDirectoryHandle = (pid: number): Handle | number => {
  const directory = open(`/proc/${pid}`, O_DIRECTORY);
  if (directory < 0) return directory === -Errno.ENOENT ? -Errno.ESRCH : directory;
  const line = allocate(1024);
  const stat = newStat();
  const present = (): boolean => {
    const fd = openat(directory, STAT);
    if (fd < 0) return false;
    const length = pread(fd, line);
    close(fd);
    return length > 0 && parseStat(line, length, stat);
  };
  return {
    signal: (number) => (present() ? syscall(SYS.kill, pid, number) : -Errno.ESRCH),
    ended: () =>
      !present() || ("ZX".includes(String.fromCodePoint(stat[Field.state]!)) && stat[Field.threads]! <= 1),
    reaped: () => !present(),
    descriptor: null,
    close: () => void close(directory),
  };
};

/** For what should not fail: the errno by name, with the call that gave it. */
export const systemError = (call: string, result: number): Error => {
  const code = errnoName(result);
  return Object.assign(new Error(`${call} failed with ${code}`), { code });
};
