/**
 * libc, and nothing above it. Every call returns the result (>= 0) or the negated errno, as the kernel
 * does: `-Errno.ESRCH` is an outcome to compare with, not an exception.
 *
 * Linux only (glibc or musl, x64 or arm64): the library is opened when this module is first imported.
 */
import { dlopen, FFIType, ptr, read } from "bun:ffi";

/** Names to numbers, errno(3): alike on x64 and arm64. Not node:os: that takes a fifth of Bun's start to load. */
export const Errno = {
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  EINTR: 4,
  EIO: 5,
  EBADF: 9,
  ECHILD: 10,
  EAGAIN: 11,
  EWOULDBLOCK: 11,
  ENOMEM: 12,
  EACCES: 13,
  EFAULT: 14,
  EBUSY: 16,
  EEXIST: 17,
  ENXIO: 6,
  ENODEV: 19,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  ENFILE: 23,
  EMFILE: 24,
  ENOSPC: 28,
  EROFS: 30,
  ENAMETOOLONG: 36,
  ENOLCK: 37,
  ENOSYS: 38,
  ENOTEMPTY: 39,
  ELOOP: 40,
  ENOTSUP: 95,
  EOPNOTSUPP: 95,
  EDQUOT: 122,
} as const;

export const errnoName = (result: number): string =>
  Object.entries(Errno).find(([, number]) => number === -result)?.[0] ?? `errno ${-result}`;

/**
 * Memory that C may write to, zeroed. The only way to make such memory here: Bun moves the backing store of
 * a small `new Uint8Array(n)` or `Buffer.alloc(n)` once the code is hot, and the kernel then writes elsewhere
 * (292,000 of 300,000 calls wrong). An explicit ArrayBuffer stays. Keep it reachable while C may touch it.
 */
export const allocate = (bytes: number): Uint8Array<ArrayBuffer> => new Uint8Array(new ArrayBuffer(bytes));

/** A NUL-terminated C string in memory that does not move. */
export const cString = (text: string): Uint8Array<ArrayBuffer> => {
  const bytes = new TextEncoder().encode(text);
  const memory = allocate(bytes.length + 1);
  memory.set(bytes);
  return memory;
};

/** Address of memory from `allocate` or `cString`, for `syscall`. */
export const address = (memory: Uint8Array<ArrayBuffer>): number => ptr(memory);

/** System call numbers; the two architectures that Bun runs on differ below 424 only. */
const isArm = process.arch === "arm64";
export const SYS = {
  clock_gettime: isArm ? 113 : 228,
  connect: isArm ? 203 : 42,
  eventfd2: isArm ? 19 : 290,
  execve: isArm ? 221 : 59,
  fcntl: isArm ? 25 : 72,
  flock: isArm ? 32 : 73,
  getdents64: isArm ? 61 : 217,
  getsockname: isArm ? 204 : 51,
  getsockopt: isArm ? 209 : 55,
  io_cancel: isArm ? 3 : 210,
  io_destroy: isArm ? 1 : 207,
  io_getevents: isArm ? 4 : 208,
  io_setup: isArm ? 0 : 206,
  ioctl: isArm ? 29 : 16,
  io_submit: isArm ? 2 : 209,
  kill: isArm ? 129 : 62,
  mkdirat: isArm ? 34 : 258,
  ppoll: isArm ? 73 : 271,
  prctl: isArm ? 167 : 157,
  prlimit64: isArm ? 261 : 302,
  recvfrom: isArm ? 207 : 45,
  renameat2: isArm ? 276 : 316,
  rt_sigaction: isArm ? 134 : 13,
  rt_sigprocmask: isArm ? 135 : 14,
  setsockopt: isArm ? 208 : 54,
  sendto: isArm ? 206 : 44,
  socket: isArm ? 198 : 41,
  socketpair: isArm ? 199 : 53,
  statx: isArm ? 291 : 332,
  unlinkat: isArm ? 35 : 263,
  wait4: isArm ? 260 : 61,
  pidfd_send_signal: 424,
  pidfd_open: 434,
  pidfd_getfd: 438,
} as const;

// A bare name, and yet nobody's file of the current folder: glibc is loaded under it already, and musl takes every name that begins
// with "libc." for itself. To look for the mapped path (system-libraries.ts) would take node:fs, two thirds of Bun's own start.
// `syscall` and `openat` are variadic in C; both ABIs pass their arguments in the same registers as fixed ones.
const libc = dlopen("libc.so.6", {
  syscall: { args: ["i64", "i64", "i64", "i64", "i64", "i64", "i64"], returns: FFIType.i64_fast },
  openat: { args: ["i32", "ptr", "i32", "i32"], returns: "i32" },
  close: { args: ["i32"], returns: "i32" },
  pread: { args: ["i32", "ptr", "u64", "i64"], returns: FFIType.i64_fast },
  read: { args: ["i32", "ptr", "u64"], returns: FFIType.i64_fast },
  write: { args: ["i32", "ptr", "u64"], returns: FFIType.i64_fast },
  lseek: { args: ["i32", "i64", "i32"], returns: FFIType.i64_fast },
  readlinkat: { args: ["i32", "ptr", "ptr", "u64"], returns: FFIType.i64_fast },
  sysconf: { args: ["i32"], returns: FFIType.i64_fast },
  getpid: { args: [], returns: "i32" },
  __errno_location: { args: [], returns: "ptr" },
}).symbols;

/** Thread-local, so the address holds for as long as this thread lives. */
// oxlint-disable-next-line no-underscore-dangle -- the name in libc
const errnoAddress = libc.__errno_location() ?? 0;

/** The failed call's errno; only meaningful directly after a libc function returned -1. */
const errno = (): number => read.i32(errnoAddress, 0);
const outcome = (result: number | bigint): number => (Number(result) < 0 ? -errno() : Number(result));

/** Any system call; unused arguments are ignored by the kernel. Pointers through `address`. */
export const syscall = (number: number, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0): number =>
  outcome(libc.syscall(number, a, b, c, d, e, f));

export const O_RDONLY = 0;
export const O_WRONLY = 1;
export const O_CREAT = 0o100;
export const O_NONBLOCK = 0o4000;
export const O_DIRECTORY = isArm ? 0o40000 : 0o200000;
export const O_CLOEXEC = 0o2000000;
export const AT_FDCWD = -100;

/** Of a file that O_CREAT makes. */
const NEW_FILE_MODE = 0o600;

/** A descriptor. `path` ends in NUL; relative to directory `dirfd`. Always close-on-exec. */
export const openat = (dirfd: number, path: Uint8Array<ArrayBuffer>, flags: number = O_RDONLY): number =>
  outcome(libc.openat(dirfd, path, flags | O_CLOEXEC, NEW_FILE_MODE));

export const open = (path: string, flags: number = O_RDONLY): number =>
  openat(AT_FDCWD, cString(path), flags);

export const close = (fd: number): number => outcome(libc.close(fd));

/** Bytes read into `into` from `offset` of the file; 0 at its end. */
export const pread = (fd: number, into: Uint8Array<ArrayBuffer>, offset = 0): number =>
  outcome(libc.pread(fd, into, into.length, offset));

export const readInto = (fd: number, into: Uint8Array<ArrayBuffer>): number =>
  outcome(libc.read(fd, into, into.length));

export const write = (fd: number, bytes: Uint8Array<ArrayBuffer>): number =>
  outcome(libc.write(fd, bytes, bytes.length));

/** `whence`: 0, the absolute position, or what else lseek(2) has. */
export const seekTo = (fd: number, position: number, whence = 0): number =>
  outcome(libc.lseek(fd, position, whence));

/** Bytes of directory records (struct linux_dirent64, getdents(2)) put into `into`; 0 at the end. */
export const getdents64 = (fd: number, into: Uint8Array<ArrayBuffer>): number =>
  outcome(libc.syscall(SYS.getdents64, fd, address(into), into.length, 0, 0, 0));

/** Length of the link's target put into `into`, not NUL-terminated; `into.length` may mean truncated. */
export const readlinkat = (
  dirfd: number,
  path: Uint8Array<ArrayBuffer>,
  into: Uint8Array<ArrayBuffer>,
): number => outcome(libc.readlinkat(dirfd, path, into, into.length));

const [SC_CLK_TCK, SC_PAGESIZE] = [2, 30];
/** Ticks per second of every clock-tick field in /proc (100 on every kernel seen, but not by contract). */
export const ticksPerSecond = (): number => Number(libc.sysconf(SC_CLK_TCK));

/** As the kernel says it; `process.pid` agrees unless a PID namespace came in between. */
export const getpid = (): number => libc.getpid();

export const pageBytes = (): number => Number(libc.sysconf(SC_PAGESIZE));
