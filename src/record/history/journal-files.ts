/** The journal's files as they lie there at one moment, and how far each has been read. */
import { closeSync, fstatSync, readSync } from "node:fs";
import { openBelieved } from "../../trust/open.ts";
import { orElse } from "../../core/system-error.ts";
import { rotatedPaths } from "../journal.ts";

/** How far a file has been read. It is known again by its beginning: an inode is given to the next file at once. */
export interface Mark {
  /** Hash of its first `headBytes` bytes, which have been read and so never change. */
  readonly head: string;
  readonly headBytes: number;
  readonly offset: number;
}

/** Times with milliseconds are in there: no two journals begin alike. */
const HEAD_BYTES = 256;
/** Of one file at a time. */
const PART_BYTES = 262_144;
const NEWLINE = 10;

class JournalFile implements Disposable {
  readonly #fd: number;
  readonly #head: Buffer;
  readonly sizeBytes: number;
  /** `device:inode` */
  readonly identity: string;

  constructor(fd: number) {
    const { size, dev, ino } = fstatSync(fd);
    this.#fd = fd;
    this.sizeBytes = size;
    this.identity = `${dev}:${ino}`;
    this.#head = this.#read(0, Math.min(size, HEAD_BYTES));
  }

  markAt(offset: number): Mark {
    const headBytes = Math.min(offset, HEAD_BYTES);
    return { head: this.#hash(headBytes), headBytes, offset };
  }

  isAt({ head, headBytes, offset }: Mark): boolean {
    return offset <= this.sizeBytes && headBytes > 0 && this.#hash(headBytes) === head;
  }

  /** Whole lines from `offset` on, as many as are read at once, and where they end; "" when there is none yet. */
  linesFrom(offset: number): { readonly text: string; readonly endOffset: number } {
    for (let most = PART_BYTES; ; most *= 2) {
      const bytes = this.#read(offset, Math.min(this.sizeBytes - offset, most));
      const end = bytes.lastIndexOf(NEWLINE) + 1;
      // a line may be longer than what is read at once
      if (end > 0 || bytes.length < most)
        return { text: bytes.toString("utf8", 0, end), endOffset: offset + end };
    }
  }

  #hash(bytes: number): string {
    return Bun.hash(this.#head.subarray(0, bytes)).toString(36);
  }

  #read(offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(Math.max(0, length));
    let filled = 0;
    while (filled < bytes.length) {
      const read = readSync(this.#fd, bytes, filled, bytes.length - filled, offset + filled);
      if (read === 0) break;
      filled += read;
    }
    return bytes.subarray(0, filled);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

/**
 * The current file and the put-aside ones, oldest first. Opened newest first, so that a rotation in between shows a
 * file twice, which is noticed, and never hides one.
 */
export class JournalFiles implements Disposable {
  readonly #opened: DisposableStack;
  readonly oldestFirst: readonly JournalFile[];

  constructor(path: string) {
    using opening = new DisposableStack();
    const files: JournalFile[] = [];
    for (const each of [path, ...rotatedPaths(path)]) {
      // nothing has been recorded here yet, or not rotated that often
      const fd = orElse(null, () => openBelieved(each), "ENOENT");
      if (fd === null) continue;
      const file = opening.use(new JournalFile(fd));
      if (!files.some(({ identity }) => identity === file.identity)) files.unshift(file);
    }
    this.oldestFirst = files;
    this.#opened = opening.move();
  }

  [Symbol.dispose](): void {
    this.#opened.dispose();
  }
}
