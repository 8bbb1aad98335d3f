/** Reads a text file from its end and as it grows, whole lines only. */
import { closeSync, fstatSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { openThroughLink } from "../trust/open.ts";

const CHUNK_BYTES = 64 * 1024;
/** Of a line; none of ours is as long, but the file may have come with a clone. */
export const MOST_LINE = 64 * 1024;
const NEWLINE = 10;

/** A reading position in an open file; it stays with the file when that is renamed or removed. */
export class Tail implements Disposable {
  readonly #fd: number;
  #position: number;
  /** The beginning of a line whose end is not there yet. */
  #partial: Buffer = Buffer.alloc(0);

  /** Starts before the last `lines` lines. Throws what open(2) throws. */
  constructor(path: string, lines: number) {
    this.#fd = openThroughLink(path, dirname(path));
    this.#position = startOfLast(this.#fd, lines);
  }

  /** `device:inode`, to tell whether a path still leads here. */
  get identity(): string {
    const { dev, ino } = fstatSync(this.#fd);
    return `${dev}:${ino}`;
  }

  /** The lines that have been completed since the last call. */
  *read(): Generator<string> {
    // cut to nothing by somebody: what comes now is new
    if (fstatSync(this.#fd).size < this.#position) this.#position = 0;
    const chunk = Buffer.alloc(CHUNK_BYTES);
    for (;;) {
      const length = readSync(this.#fd, chunk, 0, CHUNK_BYTES, this.#position);
      if (length === 0) return;
      this.#position += length;
      const bytes = Buffer.concat([this.#partial, chunk.subarray(0, length)]);
      const end = bytes.lastIndexOf(NEWLINE) + 1;
      this.#partial = bytes.subarray(end, end + MOST_LINE);
      if (end > 0) yield* bytes.toString("utf8", 0, end - 1).split("\n");
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

/** The file's last `lines` complete lines. */
export function lastLines(path: string, lines: number): readonly string[] {
  using tail = new Tail(path, lines);
  return [...tail.read()];
}

/** Offset of the first of the last `lines` lines; an unfinished line at the end does not count as one. */
function startOfLast(fd: number, lines: number): number {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let before = fstatSync(fd).size;
  // the newline that ends the last line, then one more for each line
  let wanted = lines + 1;
  while (before > 0) {
    const from = Math.max(0, before - CHUNK_BYTES);
    const length = readSync(fd, chunk, 0, before - from, from);
    for (let at = length - 1; at >= 0; at--) {
      if (chunk[at] === NEWLINE && --wanted === 0) return from + at + 1;
    }
    before = from;
  }
  return 0;
}

/** The lines of a stream of bytes, as they become complete. Of one that is longer than `most` the beginning. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, most = Infinity): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = (lines.pop() ?? "").slice(0, most);
    yield* lines;
  }
}
