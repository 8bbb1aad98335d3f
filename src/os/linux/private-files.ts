/**
 * Files of the account's own, by system call as in files.ts: 0600 in directories that are 0700, written whole. What can
 * go wrong is a negated errno; `required` throws for those that should not.
 */
import { address, allocate, AT_FDCWD, close, cString, Errno, O_CREAT, SYS, syscall, write } from "./ffi.ts";
import { systemError } from "./pidfd.ts";

const isArm = process.arch === "arm64";
const NR = {
  openat: isArm ? 56 : 257,
  mkdirat: isArm ? 34 : 258,
  unlinkat: isArm ? 35 : 263,
  renameat2: isArm ? 276 : 316,
} as const;
const [O_WRONLY, O_RDWR, O_TRUNC, O_CLOEXEC] = [1, 2, 0o1000, 0o2000000] as const;
/** A symbolic link is refused (ELOOP): somebody else put it there. */
const O_NOFOLLOW = isArm ? 0o100000 : 0o400000;
const [FILE_MODE, DIRECTORY_MODE] = [0o600, 0o700] as const;

const openAs = (path: string, flags: number): number => {
  const name = cString(path);
  return syscall(NR.openat, AT_FDCWD, address(name), flags | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
};

/** A descriptor to lock; made when it is missing. */
export const openToLock = (path: string): number => openAs(path, O_RDWR | O_CREAT);

/** A descriptor; -ENOENT when it is missing. */
export const openExisting = (path: string): number => openAs(path, O_RDWR);

/** Readers see the old text or the new one. */
export function writeWhole(path: string, text: string): void {
  const draft = `${path}.${process.pid}`;
  const fd = required(`open(${draft})`, openAs(draft, O_WRONLY | O_CREAT | O_TRUNC));
  const bytes = cString(text).subarray(0, -1);
  const written = write(fd, bytes);
  close(fd);
  const [from, to] = [cString(draft), cString(path)];
  const isWhole = written === bytes.length;
  const result = isWhole
    ? syscall(NR.renameat2, AT_FDCWD, address(from), AT_FDCWD, address(to), 0)
    : written < 0
      ? written
      : -Errno.ENOSPC;
  if (result >= 0) return;
  removeFile(draft);
  throw systemError(`${isWhole ? "rename" : "write"}(${draft})`, result);
}

export function removeFile(path: string): void {
  const name = cString(path);
  const result = syscall(NR.unlinkat, AT_FDCWD, address(name), 0);
  if (result !== -Errno.ENOENT) required(`unlink(${path})`, result);
}

export function ensureDirectory(path: string): void {
  const name = cString(path);
  const result = syscall(NR.mkdirat, AT_FDCWD, address(name), DIRECTORY_MODE);
  if (result !== -Errno.EEXIST) required(`mkdir(${path})`, result);
}

const required = (call: string, result: number): number => {
  if (result < 0) throw systemError(call, result);
  return result;
};

/** struct statx, statx(2): one layout on every architecture. */
const STATX_BYTES = 256;
const AT = {
  uid: 20,
  mode: 28,
  inode: 32,
  size: 40,
  changedS: 96,
  changedNs: 104,
  modifiedS: 112,
  major: 136,
} as const;
const [STATX_BASIC_STATS, AT_SYMLINK_NOFOLLOW] = [0x7ff, 0x100];
const memory = allocate(STATX_BYTES);
const fields = new DataView(memory.buffer);

const statx = (path: string, flags: number): number => {
  const name = cString(path);
  return syscall(SYS.statx, AT_FDCWD, address(name), flags, STATX_BASIC_STATS, address(memory));
};

/** A directory that only this account can write to, and no link to one. */
export const isOwnDirectory = (path: string, uid: number): boolean =>
  statx(path, AT_SYMLINK_NOFOLLOW) === 0 &&
  fields.getUint16(AT.mode, true) === (0o040000 | DIRECTORY_MODE) &&
  fields.getUint32(AT.uid, true) === uid;

/** The account that a file or directory belongs to, links followed; a negated errno. */
export const ownerOf = (path: string): number => {
  const result = statx(path, 0);
  return result < 0 ? result : fields.getUint32(AT.uid, true);
};

/** Whether there is an entry of this name, of whatever kind; a negated errno where that cannot be told. */
export const entryAt = (path: string): number => statx(path, AT_SYMLINK_NOFOLLOW);

/** Differs whenever the file, its content, owner or mode does (ctime cannot be set back); an errno where there is none. */
export function markOf(path: string): string {
  const result = statx(path, 0);
  if (result < 0) return String(result);
  return [AT.major, AT.inode, AT.size, AT.changedS, AT.changedNs].map(base36At).join(":");
}

const base36At = (at: number): string => fields.getBigUint64(at, true).toString(36);

/** Unix epoch s; Infinity where there is no such file. */
export const modifiedS = (path: string): number =>
  statx(path, 0) < 0
    ? Infinity
    : Number(fields.getBigInt64(AT.modifiedS, true)) + fields.getUint32(AT.modifiedS + 8, true) / 1e9;
