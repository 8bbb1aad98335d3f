/** Looks for a line in a spool, for as long as somebody waits for it. */
import type { Spool } from "./spool.ts";

/** A pattern looks at no more of a line than this, so that none takes long. */
const MOST_LINE_BYTES = 8_192;
/** A watch looks this far back at what the run has said before: of a long run nothing else is left. */
const MOST_BACK_BYTES = 1_024 * 1_024;
const NEWLINE = 10;
const chunk = Buffer.allocUnsafeSlow(64 * 1_024);
/** Colours are left out, because a pattern is written for what a person reads. */
// oxlint-disable-next-line no-control-regex -- an escape sequence begins with one
const COLOURS = /\x1b\[[\d;]*m/g;

export class LineWatch {
  readonly #spool: Spool;
  readonly #pattern: RegExp;
  readonly #done = Promise.withResolvers<void>();
  #offset: number;
  #line: Buffer = Buffer.alloc(0);

  constructor(spool: Spool, pattern: RegExp) {
    this.#spool = spool;
    // a pattern with a memory of its own (g, y) would begin in the middle of the next line
    this.#pattern = new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, ""));
    this.#offset = Math.max(spool.runStart, spool.size - MOST_BACK_BYTES);
  }

  /** Resolves when the line is found. Rejects when the signal aborts. */
  async found(signal: AbortSignal): Promise<void> {
    const onAbort = (): void => this.#done.reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      await this.#done.promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** Looks at what has come since the last time. */
  look(): void {
    this.#offset = Math.min(this.#offset, this.#spool.size);
    for (;;) {
      const length = this.#spool.read(chunk, this.#offset);
      if (length === 0) return;
      this.#offset += length;
      this.#add(chunk.subarray(0, length));
    }
  }

  /** What is before `offset` is left out. */
  moveTo(offset: number): void {
    this.#offset = Math.max(this.#offset, offset);
  }

  #add(bytes: Buffer): void {
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      this.#keep(bytes.subarray(from, end));
      if (this.#pattern.test(this.#line.toString().replaceAll(COLOURS, ""))) this.#done.resolve();
      this.#line = Buffer.alloc(0);
      from = end + 1;
    }
    this.#keep(bytes.subarray(from));
  }

  #keep(part: Buffer): void {
    const room = MOST_LINE_BYTES - this.#line.length;
    if (room > 0 && part.length > 0) this.#line = Buffer.concat([this.#line, part.subarray(0, room)]);
  }
}
