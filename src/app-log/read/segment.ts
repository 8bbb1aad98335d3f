/**
 * This is one file of a log, the current one or one that was put aside, compressed or not. It tells how many
 * lines it has, and what they are.
 */
import { closeSync, fstatSync, readSync } from "node:fs";
import { orElse } from "../../text/system-error.ts";
import { openBelieved } from "../../trust/open.ts";
import { unpack } from "../../record/packed-log.ts";
import { PACKED, type PutAside } from "../log/rotation.ts";
import { LineSplitter, type SplitLine } from "./line-splitter.ts";

const CHUNK_BYTES = 256 * 1_024;
const NEWLINE = 10;

interface Segment {
  /** Finds where the last `wanted` of the lines from `from` on begin, and how many these are. */
  last(wanted: number, from: number): Promise<{ readonly start: number; readonly count: number }>;
  lines(start: number): AsyncGenerator<SplitLine>;
  readonly size: () => number;
}

/** null: it was removed meanwhile. */
export function openAside({ path, isPacked }: PutAside): (Segment & Disposable) | null {
  if (isPacked) return packed(path);
  const fd = orElse(null, () => openBelieved(path), "ENOENT");
  // the file was compressed meanwhile
  if (fd === null)
    return orElse(null, () => (closeSync(openBelieved(path + PACKED)), packed(path + PACKED)), "ENOENT");
  return { ...plainSegment(fd), [Symbol.dispose]: () => closeSync(fd) };
}

export function plainSegment(fd: number): Segment {
  const size = (): number => fstatSync(fd).size;
  return {
    size,
    last: async (wanted, from) => lastOf(fd, wanted, from, size()),
    lines: async function* lines(start) {
      const splitter = new LineSplitter(start);
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      for (let at = start; ;) {
        const length = readSync(fd, chunk, 0, CHUNK_BYTES, at);
        if (length === 0) break;
        at += length;
        yield* splitter.add(chunk.subarray(0, length));
      }
      yield* splitter.end();
    },
  };
}

function packed(path: string): Segment & Disposable {
  const lines = async function* lines(start: number): AsyncGenerator<SplitLine> {
    const splitter = new LineSplitter(0);
    for await (const piece of unpack(path))
      for (const line of splitter.add(Buffer.from(piece))) if (line.offset >= start) yield line;
    for (const line of splitter.end()) if (line.offset >= start) yield line;
  };
  return {
    size: () => Infinity,
    lines,
    last: async (wanted, from) => {
      const starts: number[] = [];
      let count = 0;
      for await (const { offset } of lines(from)) starts[count++ % wanted] = offset;
      return {
        start: count <= wanted ? from : (starts[count % wanted] ?? from),
        count: Math.min(count, wanted),
      };
    },
    [Symbol.dispose]: () => {},
  };
}

/** Reads from the end, so that a large file costs no more than a small one. */
function lastOf(
  fd: number,
  wanted: number,
  from: number,
  size: number,
): { readonly start: number; readonly count: number } {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let count = 0;
  // no line begins after the newline that ends the last line
  for (let end = size; end > from;) {
    const begin = Math.max(from, end - CHUNK_BYTES);
    const length = readSync(fd, chunk, 0, end - begin, begin);
    for (let at = length; (at = chunk.subarray(0, at).lastIndexOf(NEWLINE)) >= 0;) {
      if (begin + at + 1 >= size) continue;
      if (++count === wanted) return { start: begin + at + 1, count };
    }
    end = begin;
  }
  return { start: from, count: size > from ? count + 1 : 0 };
}
