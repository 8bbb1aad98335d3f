/**
 * A standard stream that nobody may be reading: a terminal where somebody pressed Ctrl-S or scrolls, a pipe whose reader
 * stands still. What is said never waits for it. Lines are kept for a while, then dropped and counted.
 */
import { pauseAfter } from "../text/back-off.ts";
import { codeOf, orElse } from "../text/system-error.ts";
import { constants, fstatSync, openSync, writeSync } from "node:fs";
import { printable } from "../text/mask.ts";

/** Some thousand lines. */
const MOST_CHARACTERS = 256 * 1024;
/** A pipe that says it takes something takes this much without waiting (PIPE_BUF, pipe(7)). */
const MOST_AT_ONCE = 4_096;
/** Until it is tried again, doubled each time. */
const [FIRST_RETRY_MS, LONGEST_RETRY_MS] = [20, 1_000];
const END_STEP_MS = 20;

interface OutletOptions {
  /** What is said in the place of lines that were dropped. */
  readonly lost?: (lines: number) => string;
  /** Whether a descriptor takes something now, for streams that cannot be opened anew; missing: it is written to at once. */
  readonly isWritable?: (fd: number) => boolean;
}

export class Outlet {
  /** Of our own, where writing never waits: to set that on the inherited one would set it for the shell as well. */
  #own: number | null = null;
  #waiting: string[] = [];
  #characters = 0;
  #lost = 0;
  /** The rest of a line that went out in part. */
  #rest: Uint8Array = new Uint8Array();
  #timer: Timer | null = null;
  #failures = 0;
  #isGone = false;

  constructor(
    private readonly fd: number,
    private readonly options: OutletOptions = {},
  ) {}

  /** Returns at once, never throws. */
  say(text: string): void {
    if (this.#isGone) return;
    if (this.#characters + text.length > MOST_CHARACTERS && this.#waiting.length > 0) {
      this.#lost++;
      return;
    }
    this.#waiting.push(text);
    this.#characters += text.length;
    if (this.#timer === null) this.#drain();
  }

  /** Resolves when all of it is written, or after `withinMs`. */
  async end(withinMs: number): Promise<void> {
    const untilMs = performance.now() + withinMs;
    while (this.#isBusy() && performance.now() < untilMs) {
      await new Promise((resolve) => setTimeout(resolve, END_STEP_MS));
      this.#drain();
    }
  }

  #isBusy(): boolean {
    return !this.#isGone && (this.#rest.length > 0 || this.#waiting.length > 0 || this.#lost > 0);
  }

  #drain(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    try {
      while (this.#isBusy()) {
        if (this.#rest.length === 0) this.#rest = new TextEncoder().encode(`${this.#next()}\n`);
        const written = this.#write(this.#rest);
        if (written === 0) return this.#later();
        this.#rest = this.#rest.subarray(written);
        this.#failures = 0;
      }
    } catch (error) {
      const code = codeOf(error);
      if (code === null) throw error;
      if (code === "EAGAIN") this.#later();
      // EPIPE, EIO, ENOSPC, EBADF: nobody reads this any more
      else this.#isGone = true;
    }
  }

  #next(): string {
    const line = this.#waiting.shift();
    if (line !== undefined) {
      this.#characters -= line.length;
      return line;
    }
    const lost = this.#lost;
    this.#lost = 0;
    return this.options.lost?.(lost) ?? `${lost} lines were dropped here: nobody read them`;
  }

  #later(): void {
    const pauseMs = pauseAfter(this.#failures++, FIRST_RETRY_MS, LONGEST_RETRY_MS);
    this.#timer = setTimeout(() => this.#drain(), pauseMs).unref();
  }

  /** How many bytes went out; 0: none can now. */
  #write(bytes: Uint8Array): number {
    this.#own ??= ownDescription(this.fd);
    if (this.#own !== -1) return writeSync(this.#own, bytes);
    const { isWritable = () => true } = this.options;
    return isWritable(this.fd) ? writeSync(this.fd, bytes.subarray(0, MOST_AT_ONCE)) : 0;
  }
}

/**
 * A descriptor where a write that would wait fails with EAGAIN; of a file, which never makes anybody wait, the one that there
 * is; -1 where there is neither (a socket, a terminal of another account).
 */
const ownDescription = (fd: number): number =>
  // EACCES, ENXIO, ENOENT (no /dev), EMFILE
  orElse(-1, () => {
    const stat = fstatSync(fd);
    if (stat.isFile()) return fd;
    if (stat.isSocket()) return -1;
    return openSync(`/dev/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  });

let errors: Outlet | null = null;

/** Standard error, one for the whole process. */
const standardError = (): Outlet => (errors ??= new Outlet(2));

/** A message with two long paths in it. */
const MOST_COMPLAINT = 10_000;

export type Complain = (line: string) => void;

/** Never throws and never waits: a full disk, a closed pipe or a stopped terminal behind standard error must not stop the watchdog. */
export const complain: Complain = (line) => standardError().say(printable(line, MOST_COMPLAINT));
