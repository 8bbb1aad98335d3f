/**
 * Makes lines, as bytes, out of pieces of a file. A line that is longer than anybody can read comes in
 * pieces.
 */

export interface SplitLine {
  /** The line without its newline. */
  readonly bytes: Buffer;
  /** The offset in the file where the line begins. */
  readonly offset: number;
}

const NEWLINE = 10;
const MOST_LINE_BYTES = 16 * 1_024 * 1_024;

export class LineSplitter {
  /** The offset of the first byte that is not part of a finished line. */
  #offset: number;
  #rest: Buffer[] = [];
  #restBytes = 0;

  constructor(offset: number) {
    this.#offset = offset;
  }

  /** Returns the lines that this piece completes. The piece may be overwritten once they are used. */
  *add(piece: Buffer): Generator<SplitLine> {
    let from = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, from)) {
      yield this.#line(piece.subarray(from, end), 1);
      from = end + 1;
    }
    if (from === piece.length) return;
    if (this.#restBytes + piece.length - from > MOST_LINE_BYTES) yield this.#line(piece.subarray(from), 0);
    else {
      this.#rest.push(Buffer.from(piece.subarray(from)));
      this.#restBytes += piece.length - from;
    }
  }

  /** Returns a last line that nobody has ended. */
  *end(): Generator<SplitLine> {
    if (this.#restBytes > 0) yield this.#line(Buffer.alloc(0), 0);
  }

  #line(last: Buffer, newline: number): SplitLine {
    const bytes = this.#restBytes === 0 ? last : Buffer.concat([...this.#rest, last]);
    const offset = this.#offset;
    this.#offset += bytes.length + newline;
    this.#rest = [];
    this.#restBytes = 0;
    return { bytes, offset };
  }
}
