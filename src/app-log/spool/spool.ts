/**
 * A spool is the file that one stream of one instance is written to, from its first start on. The app only
 * appends, whoever lives; we read from the front, and give back the blocks behind us. So its size grows
 * without end, and its room on the disk does not.
 */
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { basename } from "node:path";
import { findHole, punchHole } from "../../os/select.ts";
import { orElse } from "../../text/system-error.ts";
import { openBelieved } from "../../trust/open.ts";
import { spoolId } from "./names.ts";

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR, O_WRONLY } = constants;

/**
 * A spool begins with this mark, because a shell's `echo … > /dev/stderr` empties the file and may have made
 * it as long again when we look. Behind the mark stands where the present run of the instance begins.
 */
const MARK = Buffer.from("bunctl\u0000\u0001");
export const HEAD_BYTES = 16;

/** Blocks behind the reader are given back in pieces of this size. */
const PUNCH_BYTES = 256 * 1_024;
/** The last lines stay, so that one can ask what the app said last. */
export const KEPT_BYTES = 16 * 1_024;
const BLOCK_BYTES = 4_096;
const NEWLINE = 10;
/**
 * The largest file of a file system, and a limit that an account has set (RLIMIT_FSIZE), count a spool's size
 * and not its blocks.
 */
const MOST_BYTES = 1_024 ** 3;
/** A smaller part that nobody wrote is read like any other: as zeros. */
const LEAST_HOLE_BYTES = 64 * 1_024;

/** All spools share this buffer: there are many of them, and one is looked at at a time. */
const head = Buffer.alloc(HEAD_BYTES);
const block = Buffer.alloc(BLOCK_BYTES);

export interface Gap {
  readonly from: number;
  readonly to: number;
}

export class Spool implements Disposable {
  readonly path: string;
  /** The number that checkpoints know the spool by. It is always the same for the same name. */
  readonly id: number;
  readonly #fd: number;
  /** Nobody has written to it yet, and no log file has been chosen for it. */
  isNew: boolean;
  #punched = 0;
  #canPunch = true;
  /** Nothing is read behind it. */
  #end = Infinity;

  /** Makes the spool if there is none. Throws what open(2) throws, and UntrustedError. */
  constructor(path: string) {
    this.path = path;
    this.id = spoolId(basename(path));
    using opened = new DisposableStack();
    this.#fd = openBelieved(path, O_RDWR | O_CREAT);
    opened.defer(() => closeSync(this.#fd));
    this.isNew = this.size === 0;
    if (this.isNew) this.mark();
    opened.move();
  }

  /** Where reading ends: at the end of the file, or before a gap. */
  get end(): number {
    return Math.min(this.size, this.#end);
  }

  get size(): number {
    return fstatSync(this.#fd).size;
  }

  /** The offset where the present run begins. */
  get runStart(): number {
    return this.isWhole() ? Math.max(HEAD_BYTES, head.readDoubleLE(MARK.length)) : 0;
  }

  /** false: somebody emptied the spool since `begin`, and what is in it now has not been read. */
  isWhole(): boolean {
    return (
      readSync(this.#fd, head, 0, HEAD_BYTES, 0) === HEAD_BYTES && MARK.compare(head, 0, MARK.length) === 0
    );
  }

  /**
   * The bytes that are written from now on belong to a new run. `isRead`: all that is there has been read,
   * and nobody writes. It is emptied now if no blocks can be given back or if the spool's size comes near the
   * largest that a file may have.
   */
  begin(isRead = false): void {
    if (isRead && this.size > (this.#canPunch ? MOST_BYTES : PUNCH_BYTES)) this.empty();
    this.mark(Math.max(HEAD_BYTES, this.size));
  }

  /** Empties the spool; all of it has been read. */
  empty(): void {
    ftruncateSync(this.#fd);
    this.#punched = 0;
  }

  /** Tells whether what is before `offset` ends with a line, or is nothing. */
  endsLine(offset = this.size): boolean {
    if (offset <= (this.isWhole() ? HEAD_BYTES : 0)) return true;
    return readSync(this.#fd, head, 0, 1, offset - 1) === 1 && head[0] === NEWLINE;
  }

  /** Ends the last line, whoever else writes. false: the disk has no room for that. */
  endLine(): boolean {
    return orElse(false, () => {
      const fd = this.openForWriting();
      try {
        return writeSync(fd, "\n") === 1;
      } finally {
        closeSync(fd);
      }
    });
  }

  /** Nothing is read behind `offset` until the next gap is looked for. */
  endAt(offset: number): void {
    this.#end = Math.min(this.#end, offset);
  }

  /**
   * Finds the next gap from `from` on, and reading ends before it. An app may give its output any size
   * (truncate(1) of /dev/stdout): a gap has no byte that anybody wrote. null: there is none.
   */
  endAtGap(from: number): Gap | null {
    const { size } = this;
    const hole = size - from < LEAST_HOLE_BYTES ? null : findHole(this.#fd, from, size);
    const isGap = hole !== null && Math.min(hole.to, size) - hole.from >= LEAST_HOLE_BYTES;
    this.#end = isGap ? this.#beforeZeros(from, hole.from) : Infinity;
    return isGap ? { from: this.#end, to: hole.to > size ? size : this.#afterZeros(hole.to) } : null;
  }

  /** A program that keeps its own position leaves zeros before its bytes if the spool was emptied meanwhile. */
  firstByte(): number {
    const hole = findHole(this.#fd, 0, 1);
    return this.#afterZeros(Math.min(hole?.to ?? 0, this.size));
  }

  /** Writes over the first bytes, which have been read. */
  mark(runStart = HEAD_BYTES): void {
    MARK.copy(head);
    head.writeDoubleLE(runStart, MARK.length);
    writeSync(this.#fd, head, 0, HEAD_BYTES, 0);
  }

  /** Opens the spool for the app, which can only append. */
  openForWriting(mark?: (fd: number) => void): number {
    const fd = openSync(this.path, O_WRONLY | O_APPEND | O_NOFOLLOW);
    mark?.(fd);
    return fd;
  }

  read(into: Buffer, at: number, most = into.length): number {
    return readSync(this.#fd, into, 0, Math.min(most, Math.max(0, this.#end - at)), at);
  }

  /** Gives back what is before `offset`, which has been read; the last of it stays. */
  free(offset: number): void {
    const until = Math.floor((offset - KEPT_BYTES) / BLOCK_BYTES) * BLOCK_BYTES;
    // the mark is in the first block, which stays
    const from = Math.max(BLOCK_BYTES, this.#punched);
    if (until - from < PUNCH_BYTES || !this.#canPunch) return;
    this.#canPunch = punchHole(this.#fd, from, until - from);
    this.#punched = until;
  }

  /** The block that a gap ends in begins with zeros. */
  #afterZeros(at: number): number {
    const bytes = block.subarray(0, readSync(this.#fd, block, 0, BLOCK_BYTES, at));
    const first = bytes.findIndex((byte) => byte !== 0);
    return at + (first < 0 ? bytes.length : first);
  }

  /** The block before a gap ends with zeros. */
  #beforeZeros(from: number, to: number): number {
    const start = Math.max(from, to - BLOCK_BYTES);
    const bytes = block.subarray(0, readSync(this.#fd, block, 0, to - start, start));
    return start + bytes.findLastIndex((byte) => byte !== 0) + 1;
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}
