/** Which file a process runs: the `exe` half of a ProcessId. The sampler and the pin must say it alike. */
import { address, allocate, AT_FDCWD, cString, SYS, syscall } from "../ffi.ts";
import type { ProcFiles } from "./proc-files.ts";

const STATX_BASIC_STATS = 0x7ff;
const AT_EMPTY_PATH = 0x1000;
const EXE = cString("/exe");
const EMPTY_PATH = cString("");
/** inode(7). */
const [S_IFMT, S_IFIFO] = [0o170000, 0o010000];
/** struct statx, statx(2): one layout on every architecture. */
const STATX_BYTES = 256;
const [UID, MODE, INODE, SIZE] = [20, 28, 32, 40];
const [CHANGED_SECONDS, CHANGED_NS, MODIFIED_SECONDS, MODIFIED_NS, MAJOR, MINOR] = [
  96, 104, 112, 120, 136, 140,
];

/** What a mark is made of. */
const MARKED = [INODE, MODIFIED_NS, MODIFIED_SECONDS, SIZE, MINOR, MAJOR, INODE + 4] as const;

/** One statx(2) of a file; of /proc/PID/exe's target the kernel gives it even when the file was deleted. */
export class FileStat {
  readonly #memory = allocate(STATX_BYTES);
  readonly #address = address(this.#memory);
  readonly #fields = new DataView(this.#memory.buffer);

  /** 0, or a negated errno: ENOENT for kernel threads and zombies, EACCES for another account's processes. */
  readEntry(proc: ProcFiles, pid: number, entry = EXE): number {
    return this.#readAt(proc.root, proc.pathAddress(pid, entry));
  }

  /** For whoever has no ProcFiles. */
  readPath(path: string, flags = 0): number {
    const name = cString(path);
    return this.#readAt(AT_FDCWD, address(name), flags);
  }

  #readAt(directory: number, path: number, flags = 0): number {
    return syscall(SYS.statx, directory, path, flags, STATX_BASIC_STATS, this.#address);
  }

  /** Of an open file: 0, or a negated errno. */
  readDescriptor(fd: number): number {
    return syscall(SYS.statx, fd, address(EMPTY_PATH), AT_EMPTY_PATH, STATX_BASIC_STATS, this.#address);
  }

  get isFifo(): boolean {
    return (this.mode & S_IFMT) === S_IFIFO;
  }

  /** With the kind of file, inode(7). */
  get mode(): number {
    return this.#fields.getUint16(MODE, true);
  }

  get uid(): number {
    return this.#fields.getUint32(UID, true);
  }

  /** Differs whenever the file, its content, owner or mode does: ctime cannot be set back. */
  get version(): string {
    return [MAJOR, INODE, SIZE, CHANGED_SECONDS, CHANGED_NS]
      .map((at) => this.#fields.getBigUint64(at, true).toString(36))
      .join(":");
  }

  get sizeBytes(): number {
    return Number(this.#fields.getBigUint64(SIZE, true));
  }

  /** `device:inode` in decimal, as stat(2) numbers them. */
  get id(): string {
    const major = this.#fields.getUint32(MAJOR, true);
    const minor = this.#fields.getUint32(MINOR, true);
    return `${deviceNumber(major, minor)}:${this.#fields.getBigUint64(INODE, true)}`;
  }

  /** Low half of the inode: a quick first test. */
  get inodeLow(): number {
    return this.#fields.getUint32(INODE, true);
  }

  /** Copies what tells this file from every other, a later one with the same inode included. */
  mark(into: FileMark): void {
    for (let at = 0; at < MARKED.length; at++) into[at] = this.#fields.getUint32(MARKED[at] ?? 0, true);
  }

  /** Written out: it is asked of every young process on every pass. */
  matches(mark: FileMark): boolean {
    const fields = this.#fields;
    return (
      mark[0] === fields.getUint32(INODE, true) &&
      mark[1] === fields.getUint32(MODIFIED_NS, true) &&
      mark[2] === fields.getUint32(MODIFIED_SECONDS, true) &&
      mark[3] === fields.getUint32(SIZE, true) &&
      mark[4] === fields.getUint32(MINOR, true) &&
      mark[5] === fields.getUint32(MAJOR, true) &&
      mark[6] === fields.getUint32(INODE + 4, true)
    );
  }
}

export type FileMark = Uint32Array;
export const newFileMark = (): FileMark => new Uint32Array(MARKED.length);

/** makedev(3): the one number that stat(2) makes of the two. */
export const deviceNumber = (major: number, minor: number): number =>
  (minor & 0xff) +
  (major & 0xfff) * 2 ** 8 +
  Math.floor(minor / 0x100) * 2 ** 20 +
  Math.floor(major / 0x1000) * 2 ** 44;

/** `device:inode` of what `pid`, or a thread of it, runs; null where it cannot be read (gone, zombie, kernel thread, not ours). */
export const executableId = (proc: ProcFiles, pid: number, entry = EXE): string | null => {
  const stat = new FileStat();
  return stat.readEntry(proc, pid, entry) < 0 ? null : stat.id;
};
