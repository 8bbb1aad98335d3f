/** Is this process Bun? Asked of every new process, so the answer is remembered per executable file. */
import type { Runtime } from "../../../core/process/process.ts";
import { baseName } from "../../../text/path.ts";
import { BUN_NAMES, SMALLEST_BUN_BYTES } from "../../bun-names.ts";
import { bunMark } from "../../elf.ts";
import { FileStat, newFileMark, type FileMark } from "./executable.ts";
import { Errno, pread } from "../ffi.ts";
import { ENTRY, type ProcFiles } from "./proc-files.ts";

/** A machine runs some hundred different programs; rebuilt ones must not pile up for ever. */
const MOST_REMEMBERED = 2048;

/** `exe` is `device:inode`. */
export interface Identity {
  readonly exe: string | null;
  readonly runtime: Runtime;
}

interface Known extends Identity {
  readonly mark: FileMark;
}

const NOBODY: Identity = { exe: null, runtime: "other" };

export class Identifier {
  readonly #stat = new FileStat();
  /** By the inode's low half; nearly always one entry each. */
  readonly #known = new Map<number, Known[]>();
  #count = 0;

  constructor(private readonly proc: ProcFiles) {}

  /**
   * What `pid` runs now; a negated errno when its executable cannot be read: ENOENT for zombies and kernel
   * threads, EACCES for processes of other accounts.
   */
  byExecutable(pid: number): Identity | number {
    const result = this.#stat.readEntry(this.proc, pid);
    if (result < 0) return result;
    return this.#recall() ?? this.#learn(pid);
  }

  /** For executables that may not be read: from what the process calls itself. A guess, so `exe` stays null. */
  byName(pid: number, name: string): Identity {
    if (BUN_NAMES.has(name)) return { exe: null, runtime: "bun" };
    const length = this.proc.read(pid, ENTRY.cmdline);
    if (length <= 0) return NOBODY;
    const first = this.proc.text(length).split("\0", 1)[0] ?? "";
    return BUN_NAMES.has(baseName(first)) ? { exe: null, runtime: "bun" } : NOBODY;
  }

  /** The executable's path without the kernel's " (deleted)"; null when it cannot be read. */
  path(pid: number): string | null {
    return this.proc.linkText(pid, ENTRY.exe);
  }

  #recall(): Known | undefined {
    return this.#known.get(this.#stat.inodeLow)?.find((known) => this.#stat.matches(known.mark));
  }

  /** Reads the file that /proc/PID/exe gives: the process may exec meanwhile, so it is stat'ed once more. */
  #learn(pid: number): Identity | number {
    const fd = this.proc.borrow(this.proc.path(pid, ENTRY.exe));
    if (fd < 0) return fd === -Errno.EACCES ? this.#unreadable(pid) : fd;
    try {
      const result = this.#stat.readDescriptor(fd);
      return result < 0 ? result : this.#remember(this.#runtimeOf(pid, fd));
    } finally {
      this.proc.giveBack(fd);
    }
  }

  /** A program that may be executed and not read (mode 0711): its name is all there is. */
  #unreadable(pid: number): Identity {
    return { exe: this.#stat.id, runtime: BUN_NAMES.has(baseName(this.path(pid) ?? "")) ? "bun" : "other" };
  }

  #runtimeOf(pid: number, fd: number): Runtime {
    const bytes = this.#stat.sizeBytes;
    const mark = bunMark((into, offset) => pread(fd, into, offset), bytes);
    if (mark !== "none") return mark;
    return bytes >= SMALLEST_BUN_BYTES && BUN_NAMES.has(baseName(this.path(pid) ?? "")) ? "bun" : "other";
  }

  #remember(runtime: Runtime): Identity {
    const known = { exe: this.#stat.id, runtime, mark: newFileMark() };
    this.#stat.mark(known.mark);
    if (++this.#count > MOST_REMEMBERED) {
      this.#known.clear();
      this.#count = 1;
    }
    const others = this.#known.get(this.#stat.inodeLow);
    if (others === undefined) this.#known.set(this.#stat.inodeLow, [known]);
    else others.push(known);
    return known;
  }
}

/** Bun's own words for no; any other value makes it Bun. */
const ACTS_AS_BUN = /(?:^|\0)BUN_BE_BUN=(?!(?:0|false|no|off)?(?:\0|$))/;

/**
 * Whether a program made by `bun build --compile` was started as Bun itself, by BUN_BE_BUN in its environment. As it was when
 * the program started: proc_pid_environ(5). Compiled where that may not be read.
 */
export function actingAs(proc: ProcFiles, pid: number): "bun" | "compiled" {
  return ACTS_AS_BUN.test(proc.wholeText(`${pid}/environ`) ?? "") ? "bun" : "compiled";
}
