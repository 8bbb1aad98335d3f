/**
 * A spool is the file that one stream of one instance is written to, from its first start on. The app only
 * appends, whoever lives; we read from the front, and give back the blocks behind us. So its size grows
 * without end, and its room on the disk does not.
 */
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { basename } from "node:path";
import { punchHole } from "../../os/select.ts";
import { openBelieved } from "../../trust/open.ts";

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
/**
 * The largest file of a file system, and a limit that an account has set (RLIMIT_FSIZE), count a spool's size
 * and not its blocks.
 */
const MOST_BYTES = 1_024 ** 3;
const MOST_HOLE_BYTES = 1_024 * 1_024;

/** All spools share this buffer: there are many of them, and one is looked at at a time. */
const head = Buffer.alloc(HEAD_BYTES);

export class Spool implements Disposable {
  readonly path: string;
  /** The number that checkpoints know the spool by. It is always the same for the same name. */
  readonly id: number;
  readonly #fd: number;
  /** Nobody has written to it yet, and no log file has been chosen for it. */
  isNew: boolean;
  #punched = 0;
  #canPunch = true;

  /** Makes the spool if there is none. Throws what open(2) throws, and UntrustedError. */
  constructor(path: string) {
    this.path = path;
    this.id = idOf(basename(path));
    this.#fd = openBelieved(path, O_RDWR | O_CREAT);
    this.isNew = this.size === 0;
    if (this.isNew) this.mark();
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

  /** Counts the zeros that the spool begins with; they are a hole. */
  leadingHole(): number {
    const bytes = Buffer.alloc(Math.min(this.size, MOST_HOLE_BYTES));
    const length = this.read(bytes, 0);
    const first = bytes.subarray(0, length).findIndex((byte) => byte !== 0);
    return first < 0 ? length : first;
  }

  /** Writes over the first bytes, which have been read. */
  mark(runStart = HEAD_BYTES): void {
    MARK.copy(head);
    head.writeDoubleLE(runStart, MARK.length);
    writeSync(this.#fd, head, 0, HEAD_BYTES, 0);
  }

  /** Opens the spool for the app, which can only append. */
  openForWriting(): number {
    return openSync(this.path, O_WRONLY | O_APPEND | O_NOFOLLOW);
  }

  read(into: Buffer, at: number, most = into.length): number {
    return readSync(this.#fd, into, 0, most, at);
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

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

/** The id is 52 bits of the name's hash, so that a number holds it exactly. */
const idOf = (name: string): number => Number(BigInt.asUintN(52, Bun.hash.wyhash(name)));
