/** What a process has open, as far as it is evidence: sockets, pipes and watches, from the links in /proc/PID/fd. */
import type { ProcFiles } from "../proc/proc-files.ts";

export interface Descriptor {
  readonly number: number;
  /** "socket:[12]", "pipe:[34]", "anon_inode:inotify", a path. */
  readonly target: string;
}

/** null when they may not be read (another account's), or the process is gone. */
export function readDescriptors(proc: ProcFiles, pid: number): readonly Descriptor[] | null {
  const links = proc.numberedLinks(`${pid}/fd`);
  return typeof links === "number" ? null : links;
}

const SOCKET = /^socket:\[(\d+)\]$/;

export function socketInode(target: string): number | null {
  const digits = SOCKET.exec(target)?.[1];
  return digits === undefined ? null : Number(digits);
}

export const isPipe = (target: string): boolean => target.startsWith("pipe:[");

const WATCHES: ReadonlySet<string> = new Set(["anon_inode:inotify", "anon_inode:[fanotify]"]);

export const isWatch = (target: string): boolean => WATCHES.has(target);

const ACCESS_MODE = 0o3;
const O_WRONLY = 1;

/** open(2)'s access mode, which is in fdinfo, in octal digits; null = not told. */
function accessMode(proc: ProcFiles, pid: number, { number }: Descriptor): number | null {
  const flags = /^flags:\s*([0-7]+)$/m.exec(proc.wholeText(`${pid}/fdinfo/${number}`) ?? "")?.[1];
  return flags === undefined ? null : Number.parseInt(flags, 8) & ACCESS_MODE;
}

/** May write to it, as far as is told. */
export const isWritableEnd = (proc: ProcFiles, pid: number, descriptor: Descriptor): boolean =>
  (accessMode(proc, pid, descriptor) ?? 0) !== 0;

/** May read from it, unless it is told that it may not. */
export const isReadable = (proc: ProcFiles, pid: number, descriptor: Descriptor): boolean =>
  accessMode(proc, pid, descriptor) !== O_WRONLY;
