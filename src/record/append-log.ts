/**
 * A log of lines, each in the kernel's hands when `write` returns, so that it outlives this process (SIGKILL included; a
 * power cut may take the last lines). Its size is bounded by rotation. What cannot be written now is kept and written
 * before the next line.
 */
import { closeSync, constants, fstatSync, lstatSync, readSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { openBelieved } from "../trust/open.ts";
import { codeOf, orElse, messageOf } from "../text/system-error.ts";
import { complain as toStandardError, type Complain } from "./outlet.ts";
import { ensureDirectory } from "./replace-file.ts";

const { O_APPEND, O_CREAT, O_RDWR } = constants;
/** Lines kept in memory while the disk takes none; older ones are dropped and counted. */
const MAX_BACKLOG = 1_000;

/** How many put-aside files are kept beside the current one. */
const MOST_ASIDE = 3;

export interface RotationOptions {
  /** Over this size the file is put aside. 10 MB hold about 20,000 kills. */
  readonly maxBytes?: number;
  /** How many put-aside files are kept. */
  readonly keep?: number;
  readonly complain?: Complain;
}

interface AppendLogOptions extends RotationOptions {
  /** What it is, for a complaint: "the journal". */
  readonly what: string;
  /** The line that stands where that many lines are missing. */
  readonly lost: (lines: number) => string;
}

/** Opens with the first line. Nothing here throws for what a disk may do: see `trouble`. */
export class AppendLog {
  readonly #file: AppendFile;
  readonly #backlog: string[] = [];
  #dropped = 0;
  #trouble: string | null = null;

  constructor(
    path: string,
    private readonly options: AppendLogOptions,
  ) {
    this.#file = new AppendFile(path);
  }

  /** Why lines are not reaching the disk right now, as an error code; null = they are. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** `line` has no line break. */
  write(line: string): void {
    this.#backlog.push(line);
    if (this.#backlog.length > MAX_BACKLOG) {
      this.#backlog.shift();
      this.#dropped++;
    }
    try {
      this.#flush();
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#trouble = null;
    if (this.#dropped === 0) return;
    const lost = this.options.lost(this.#dropped);
    this.#dropped = 0;
    this.write(lost);
  }

  close(): void {
    this.#file.close();
  }

  #flush(): void {
    const { maxBytes = 10 * 1024 * 1024, keep = MOST_ASIDE } = this.options;
    this.#file.reopenIfMoved();
    if (this.#file.sizeBytes > maxBytes) {
      this.#file.close();
      rotate(this.#file.path, keep);
    }
    for (let line = this.#backlog[0]; line !== undefined; line = this.#backlog[0]) {
      this.#file.append(line);
      this.#backlog.shift();
    }
  }

  #fail(error: unknown): void {
    this.#file.close();
    const before = this.#trouble;
    this.#trouble = codeOf(error) ?? String(error);
    if (before !== null) return;
    const { what, complain = toStandardError } = this.options;
    const why = messageOf(error);
    complain(
      `bun-watchdog: ${what} ${this.#file.path} cannot be written: ${why}. Trying again with every line.`,
    );
  }
}

/** A file that is only ever appended to, one write(2) per line. */
class AppendFile {
  #fd: number | null = null;
  sizeBytes = 0;

  constructor(readonly path: string) {}

  /** Opens it, also when it was removed or put aside by another process since the last time. */
  reopenIfMoved(): void {
    if (this.#fd !== null) {
      const ours = fstatSync(this.#fd);
      const current = lstatSync(this.path, { throwIfNoEntry: false });
      this.sizeBytes = ours.size;
      if (current?.ino === ours.ino && current.dev === ours.dev) return;
      this.close();
    }
    this.#open();
  }

  #open(): number {
    ensureDirectory(dirname(this.path));
    const fd = openBelieved(this.path, O_RDWR | O_APPEND | O_CREAT);
    this.#fd = fd;
    endTornLine(fd);
    this.sizeBytes = fstatSync(fd).size;
    return fd;
  }

  /** Throws what write(2) throws, and ENOSPC for a line of which only a part fitted. */
  append(line: string): void {
    const fd = this.#fd ?? this.#open();
    const bytes = Buffer.from(`${line}\n`);
    const written = writeSync(fd, bytes);
    this.sizeBytes += written;
    if (written < bytes.length)
      throw Object.assign(new Error("no space left for the whole line"), { code: "ENOSPC" });
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }
}

/** `path.1` …, newest first, as they may exist beside `path`. */
export const rotatedPaths = (path: string, keep = MOST_ASIDE): readonly string[] =>
  Array.from({ length: keep }, (_, index) => `${path}.${index + 1}`);

/**
 * Keeps a file bounded by renaming: `path` becomes `path.1`, that one `path.2`; rename(2) replaces, so the last one drops off.
 * After it there is no file at `path`.
 */
export function rotate(path: string, keep: number): void {
  const names = [path, ...rotatedPaths(path, keep)];
  for (let index = names.length - 1; index > 0; index--) {
    const [from = "", to = ""] = [names[index - 1], names[index]];
    // not rotated that often yet, or another process was faster
    orElse(null, () => renameSync(from, to), "ENOENT");
  }
}

const NEWLINE = 10;

/**
 * A crash or a full disk can cut a file's last line off; the next one must not be glued to it. `fd` is open for reading and
 * appending; throws what write(2) throws.
 */
export function endTornLine(fd: number): void {
  const { size } = fstatSync(fd);
  const last = new Uint8Array(1);
  if (size > 0 && readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE) writeSync(fd, "\n");
}
