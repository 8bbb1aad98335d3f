/** The files below /proc/PID, reached from one held descriptor of /proc, without a string per read. */
import { eachNumber } from "./dirents.ts";
import {
  address,
  allocate,
  AT_FDCWD,
  close,
  cString,
  Errno,
  getdents64,
  O_DIRECTORY,
  openat,
  pread,
  readInto,
  readlinkat,
} from "../ffi.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const ZERO = 48;
/** "4194304/" is the longest pid (PID_MAX_LIMIT), names below a pid are short. */
const PATH_BYTES = 64;
const SCRATCH_BYTES = 64 * 1024;

/** A name below /proc/PID, prepared once: `ENTRY.stat`. */
const entry = (name: string): Bytes => cString(`/${name}`);
export const ENTRY = {
  cgroup: entry("cgroup"),
  cmdline: entry("cmdline"),
  coredumpFilter: entry("coredump_filter"),
  cwd: entry("cwd"),
  environ: entry("environ"),
  exe: entry("exe"),
  input: entry("fd/0"),
  io: entry("io"),
  mntns: entry("ns/mnt"),
  netns: entry("ns/net"),
  root: entry("root"),
  smapsRollup: entry("smaps_rollup"),
  stat: entry("stat"),
  status: entry("status"),
} as const;

/** Most descriptors have one of these numbers: their names are made once. */
const SMALL = 64;
const small: Bytes[] = [];
const nameOf = (number: number): Bytes =>
  number < SMALL ? (small[number] ??= cString(String(number))) : cString(String(number));

const DELETED = / \(deleted\)$/;
const ascii = new TextDecoder("latin1");
const utf8 = new TextDecoder();

/**
 * Results are a length in `scratch` (>= 0) or a negated errno: ENOENT and ESRCH say that the process is gone,
 * EACCES and EPERM that it belongs to somebody else. `scratch` is overwritten by the next read.
 */
export class ProcFiles implements Disposable {
  readonly scratch = allocate(SCRATCH_BYTES);
  readonly root: number;
  readonly #path = allocate(PATH_BYTES);
  readonly #pathAddress = address(this.#path);
  /** Given up for a moment when there is no other descriptor left: without one, every process would seem gone. */
  #spare: number;

  constructor(root = "/proc") {
    this.root = openat(AT_FDCWD, cString(root), O_DIRECTORY);
    this.#spare = this.#openSpare();
  }

  /** The path, relative to `root`, until the next call. */
  path(pid: number, name: Bytes): Bytes {
    let digits = 1;
    for (let rest = pid; rest >= 10; rest = (rest / 10) | 0) digits++;
    for (let at = digits - 1, rest = pid; at >= 0; at--, rest = (rest / 10) | 0) {
      this.#path[at] = ZERO + (rest % 10);
    }
    this.#path.set(name, digits);
    return this.#path;
  }

  /** As `path`, for raw system calls. */
  pathAddress(pid: number, name: Bytes): number {
    this.path(pid, name);
    return this.#pathAddress;
  }

  /** A descriptor that stays bound to this process: after its death reads give ESRCH, whoever has the pid then. */
  open(pid: number, name: Bytes): number {
    return openat(this.root, this.path(pid, name));
  }

  /** A descriptor for one reading; `giveBack` it before the next. */
  borrow(path: Bytes, flags = 0): number {
    const fd = openat(this.root, path, flags);
    if ((fd !== -Errno.EMFILE && fd !== -Errno.ENFILE) || this.#spare < 0) return fd;
    close(this.#spare);
    this.#spare = -1;
    const again = openat(this.root, path, flags);
    // nobody gives a failure back
    if (again < 0) this.#spare = this.#openSpare();
    return again;
  }

  giveBack(fd: number): void {
    close(fd);
    if (this.#spare < 0) this.#spare = this.#openSpare();
  }

  #openSpare(): number {
    return openat(this.root, cString("."), O_DIRECTORY);
  }

  /** One read from the start: these files are generated per read, so one read is one consistent reading. */
  read(pid: number, name: Bytes): number {
    const fd = this.borrow(this.path(pid, name));
    if (fd < 0) return fd;
    const length = pread(fd, this.scratch);
    this.giveBack(fd);
    return length;
  }

  /** The link's target, without the kernel's " (deleted)"; null where it cannot be read. */
  linkText(pid: number, name: Bytes): string | null {
    const length = readlinkat(this.root, this.path(pid, name), this.scratch);
    return length < 0 ? null : this.text(length).replace(DELETED, "");
  }

  /** For numbers and keywords: every byte is one character. */
  latin1(length: number): string {
    return ascii.decode(this.scratch.subarray(0, length));
  }

  /** For names and paths: what is not UTF-8 becomes U+FFFD. */
  text(length: number): string {
    return utf8.decode(this.scratch.subarray(0, length));
  }

  /** A whole file of any length below `root`, for readings that are taken rarely; a number is a negated errno. */
  readAll(path: string): Bytes | number {
    const fd = this.borrow(cString(path));
    if (fd < 0) return fd;
    const parts: Bytes[] = [];
    let length = readInto(fd, this.scratch);
    for (; length > 0; length = readInto(fd, this.scratch)) parts.push(this.scratch.slice(0, length));
    this.giveBack(fd);
    return length < 0 ? length : joined(parts);
  }

  wholeText(path: string): string | null {
    const bytes = this.readAll(path);
    return typeof bytes === "number" ? null : utf8.decode(bytes);
  }

  /** The entries of a directory below `root` that are numbers, ascending in /proc; or a negated errno. */
  numbers(path: string): number[] | number {
    const fd = this.borrow(cString(path), O_DIRECTORY);
    if (fd < 0) return fd;
    const found = this.#numbersIn(fd);
    this.giveBack(fd);
    return found;
  }

  /** As `numbers`, of those that are links: what each leads to, every byte as one character. All are of one process. */
  numberedLinks(path: string): { readonly number: number; readonly target: string }[] | number {
    const fd = this.borrow(cString(path), O_DIRECTORY);
    if (fd < 0) return fd;
    const numbers = this.#numbersIn(fd);
    const found =
      typeof numbers === "number"
        ? numbers
        : numbers.flatMap((number) => {
            const length = readlinkat(fd, nameOf(number), this.scratch);
            return length < 0 ? [] : [{ number, target: this.latin1(length) }];
          });
    this.giveBack(fd);
    return found;
  }

  #numbersIn(fd: number): number[] | number {
    const found: number[] = [];
    const words = new Uint32Array(this.scratch.buffer);
    let length = getdents64(fd, this.scratch);
    for (; length > 0; length = getdents64(fd, this.scratch)) {
      eachNumber(this.scratch, words, length, (number) => found.push(number));
    }
    return length < 0 ? length : found;
  }

  [Symbol.dispose](): void {
    for (const fd of [this.root, this.#spare]) if (fd >= 0) close(fd);
  }
}

const joined = (parts: readonly Bytes[]): Bytes => {
  const whole = allocate(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};
