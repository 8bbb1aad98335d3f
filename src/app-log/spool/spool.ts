/**
 * What one stream of one instance was written to, from its first start on. The app only appends, whoever lives; we read from
 * the front, and give back the blocks behind us. So its size grows without end, and what it takes of the disk does not.
 */
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { basename } from "node:path";
import { punchHole } from "../../os/select.ts";
import { openBelieved } from "../../trust/open.ts";

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR, O_WRONLY } = constants;

/**
 * What it begins with: a shell's `echo … > /dev/stderr` empties a file, and may have made it as long again when we look.
 * Behind it stands where the present run of the instance begins.
 */
const MARK = Buffer.from("bunctl\u0000\u0001");
export const HEAD_BYTES = 16;

/** Blocks behind the reader are given back by so much at once. */
const PUNCH_BYTES = 256 * 1_024;
/** The last lines stay, for whoever asks what it said last. */
export const KEPT_BYTES = 16 * 1_024;
const BLOCK_BYTES = 4_096;
/** A file system's largest file, and a limit that an account has set (RLIMIT_FSIZE), count its size and not its blocks. */
const MOST_BYTES = 1_024 ** 3;
const MOST_HOLE_BYTES = 1_024 * 1_024;

/** For all of them: there are many, and one is looked at at a time. */
const head = Buffer.alloc(HEAD_BYTES);

export class Spool implements Disposable {
  readonly path: string;
  /** The same for the same name, whenever it is asked: in checkpoints. */
  readonly id: number;
  readonly #fd: number;
  /** Nobody has written to it yet, and no log file has been chosen for it. */
  isNew: boolean;
  #punched = 0;
  #canPunch = true;

  /** Makes it where there is none. Throws what open(2) throws, and UntrustedError. */
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

  /** Where the present run begins. */
  get runStart(): number {
    return this.isWhole() ? Math.max(HEAD_BYTES, head.readDoubleLE(MARK.length)) : 0;
  }

  /** false: somebody emptied it since `begin`, and what is in it now has not been read. */
  isWhole(): boolean {
    return (
      readSync(this.#fd, head, 0, HEAD_BYTES, 0) === HEAD_BYTES && MARK.compare(head, 0, MARK.length) === 0
    );
  }

  /**
   * What is written from now on is of a new run. `isRead`: all that is there has been read, and nobody writes; it goes now
   * where no blocks can be given back, or its size is nearing what a file may have.
   */
  begin(isRead = false): void {
    if (isRead && this.size > (this.#canPunch ? MOST_BYTES : PUNCH_BYTES)) this.empty();
    this.mark(Math.max(HEAD_BYTES, this.size));
  }

  /** All of it has been read. */
  empty(): void {
    ftruncateSync(this.#fd);
    this.#punched = 0;
  }

  /** How many zeros it begins with: of a hole. */
  leadingHole(): number {
    const bytes = Buffer.alloc(Math.min(this.size, MOST_HOLE_BYTES));
    const length = this.read(bytes, 0);
    const first = bytes.subarray(0, length).findIndex((byte) => byte !== 0);
    return first < 0 ? length : first;
  }

  /** Writes over the first bytes: they have been read. */
  mark(runStart = HEAD_BYTES): void {
    MARK.copy(head);
    head.writeDoubleLE(runStart, MARK.length);
    writeSync(this.#fd, head, 0, HEAD_BYTES, 0);
  }

  /** For the app: it can only append. */
  openForWriting(): number {
    return openSync(this.path, O_WRONLY | O_APPEND | O_NOFOLLOW);
  }

  read(into: Buffer, at: number, most = into.length): number {
    return readSync(this.#fd, into, 0, most, at);
  }

  /** Everything before `offset` has been read; the last of it stays. */
  free(offset: number): void {
    const until = Math.floor((offset - KEPT_BYTES) / BLOCK_BYTES) * BLOCK_BYTES;
    // the first block has the mark
    const from = Math.max(BLOCK_BYTES, this.#punched);
    if (until - from < PUNCH_BYTES || !this.#canPunch) return;
    this.#canPunch = punchHole(this.#fd, from, until - from);
    this.#punched = until;
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

/** 52 bits of the name: exact as a number. */
const idOf = (name: string): number => Number(BigInt.asUintN(52, Bun.hash.wyhash(name)));
