/**
 * Files of the account's own, by system call as in files.ts: 0600 in directories that are 0700, written whole. What can
 * go wrong is a negated errno; `required` throws for those that should not.
 */
import { FileStat } from "../proc/executable.ts";
import { close, cString, Errno, O_CREAT, O_WRONLY, open, write } from "../ffi.ts";
import { makeDirectory, rename, unlink } from "./files.ts";
import { systemError } from "../pin/pidfd.ts";

const [O_RDWR, O_TRUNC] = [2, 0o1000] as const;
/** A symbolic link is refused (ELOOP): somebody else put it there. */
const O_NOFOLLOW = process.arch === "arm64" ? 0o100000 : 0o400000;
const DIRECTORY_MODE = 0o700;

const openAs = (path: string, flags: number): number => open(path, flags | O_NOFOLLOW);

/** A descriptor to lock; made when it is missing. */
export const openToLock = (path: string): number => openAs(path, O_RDWR | O_CREAT);

export const openExisting = (path: string): number => openAs(path, O_RDWR);

/** Readers see the old text or the new one. */
export function writeWhole(path: string, text: string): void {
  const draft = `${path}.${process.pid}`;
  const fd = required(`open(${draft})`, openAs(draft, O_WRONLY | O_CREAT | O_TRUNC));
  const bytes = cString(text).subarray(0, -1);
  const written = write(fd, bytes);
  close(fd);
  const isWhole = written === bytes.length;
  const result = isWhole ? rename(draft, path) : written < 0 ? written : -Errno.ENOSPC;
  if (result >= 0) return;
  removeFile(draft);
  throw systemError(`${isWhole ? "rename" : "write"}(${draft})`, result);
}

export function removeFile(path: string): void {
  const result = unlink(path);
  if (result !== -Errno.ENOENT) required(`unlink(${path})`, result);
}

export function ensurePrivateDirectory(path: string): void {
  const result = makeDirectory(path, DIRECTORY_MODE);
  if (result !== -Errno.EEXIST) required(`mkdir(${path})`, result);
}

const required = (call: string, result: number): number => {
  if (result < 0) throw systemError(call, result);
  return result;
};

const AT_SYMLINK_NOFOLLOW = 0x100;
const stat = new FileStat();

/** A directory that only this account can write to, and no link to one. */
export const isOwnDirectory = (path: string, uid: number): boolean =>
  entryAt(path) === 0 && stat.mode === (0o040000 | DIRECTORY_MODE) && stat.uid === uid;

/** The account that a file or directory belongs to, links followed; a negated errno. */
export const ownerOf = (path: string): number => {
  const result = stat.readPath(path);
  return result < 0 ? result : stat.uid;
};

/** Whether there is an entry of this name, of whatever kind; a negated errno where that cannot be told. */
export const entryAt = (path: string): number => stat.readPath(path, AT_SYMLINK_NOFOLLOW);

/** As FileStat's version; an errno where there is no file. */
export function markOf(path: string): string {
  const result = stat.readPath(path);
  return result < 0 ? String(result) : stat.version;
}
