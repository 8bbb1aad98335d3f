/**
 * Decides how much of a spool goes into a log file next. Lines are bytes up to a newline, and nothing here
 * knows characters.
 */
import type { Spool } from "../spool/spool.ts";
import type { Written } from "./account.ts";
import type { NotedBatch } from "./checkpoint.ts";

/** The bytes `from` to `to` of the spool. */
export interface Portion {
  readonly from: number;
  readonly to: number;
  /**
   * The bytes, in memory; null = they are a line that is too long for that, and are copied piece by piece.
   */
  readonly bytes: Buffer | null;
  /** It ends with a newline. */
  readonly isWhole: boolean;
  /** The spool had no more when it was read. */
  readonly isLast: boolean;
}

interface SpoolPosition {
  readonly spool: Spool;
  readonly offset: number;
  /** From `offset` to here there is no newline. */
  searched: number;
}

const NEWLINE = 10;
const CHUNK_BYTES = 64 * 1_024;
/** Log files get at least this much at once, a few lines, however small they are to be. */
const LEAST_BYTES = 4_096;
/** A longer line goes in pieces, so that no other line waits for its end for ever. */
const MOST_LINE_BYTES = 64 * 1_024 * 1_024;

/**
 * Returns about `room` bytes, if there are more. null: there is nothing, or with `isLines` no whole line yet.
 */
export function nextPortion(
  at: SpoolPosition,
  chunk: Buffer,
  room: number,
  isLines: boolean,
): Portion | null {
  const { spool, offset: from } = at;
  const most = Math.max(LEAST_BYTES, Math.min(chunk.length, room));
  // we know already that this is the middle of a long line
  if (isLines && at.searched - from >= most) return longLine(at, chunk);
  const read = chunk.subarray(0, spool.read(chunk, from, most));
  if (read.length === 0) return null;
  const end = read.lastIndexOf(NEWLINE) + 1;
  const isLast = read.length < most;
  if (!isLines && (end === 0 || isLast || read.length < room))
    return { from, to: from + read.length, bytes: read, isWhole: end === read.length, isLast };
  // the rest goes into the next file
  if (end > 0) return { from, to: from + end, bytes: read.subarray(0, end), isWhole: true, isLast };
  at.searched = from + read.length;
  return isLast ? null : longLine(at, chunk);
}

/** Looks for the end of the line in the bytes that came since the last time. */
function longLine(at: SpoolPosition, chunk: Buffer): Portion | null {
  const { spool, offset: from } = at;
  while (at.searched - from < MOST_LINE_BYTES) {
    const length = spool.read(chunk, at.searched);
    const end = chunk.subarray(0, length).indexOf(NEWLINE);
    if (end >= 0) return { from, to: at.searched + end + 1, bytes: null, isWhole: true, isLast: false };
    at.searched += length;
    if (length < chunk.length) return null;
  }
  return { from, to: from + MOST_LINE_BYTES, bytes: null, isWhole: false, isLast: false };
}

/** Tells how far a batch got in its spool. */
export const consumedOf = (
  spool: Spool,
  { from, isDated }: NotedBatch,
  { bytes, lines }: Written,
  chunk: Buffer,
): number => (isDated ? afterLines(spool, from, lines, chunk) : from + bytes);

/** Finds where `count` lines that begin at `from` end. */
function afterLines(spool: Spool, from: number, count: number, chunk: Buffer): number {
  let at = from;
  for (let left = count; left > 0;) {
    const length = spool.read(chunk, at);
    if (length === 0) return at;
    let end = -1;
    while (left > 0) {
      const next = chunk.subarray(0, length).indexOf(NEWLINE, end + 1);
      if (next < 0) break;
      end = next;
      left--;
    }
    at += left === 0 ? end + 1 : length;
  }
  return at;
}

/** Counts the lines that end between `from` and `to`, and finds where the last of them ends. */
export function linesBefore(
  spool: Spool,
  from: number,
  to: number,
): { readonly lines: number; readonly end: number } {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let [lines, end] = [0, from];
  for (let at = from; at < to;) {
    const length = spool.read(chunk, at, Math.min(chunk.length, to - at));
    if (length === 0) break;
    for (let found = -1; (found = chunk.subarray(0, length).indexOf(NEWLINE, found + 1)) >= 0; lines++)
      end = at + found + 1;
    at += length;
  }
  return { lines, end };
}

/** Gives the bytes of a portion piece by piece, with `prefix` before each line. */
export function* piecesOf(
  spool: Spool,
  { from, to, bytes }: Portion,
  prefix: Buffer | null,
  chunk: Buffer,
): Generator<Buffer> {
  if (bytes !== null) {
    yield prefix === null ? bytes : dated(bytes, prefix);
    return;
  }
  if (prefix !== null) yield prefix;
  for (let at = from; at < to;) {
    const length = spool.read(chunk, at, Math.min(chunk.length, to - at));
    if (length === 0) throw new Error(`${spool.path} was cut off while it was read`);
    yield chunk.subarray(0, length);
    at += length;
  }
}

/** Puts `prefix` before each line. */
function dated(lines: Buffer, prefix: Buffer): Buffer {
  const starts: number[] = [];
  for (let at = 0; at < lines.length; at = lines.indexOf(NEWLINE, at) + 1 || lines.length) starts.push(at);
  const out = Buffer.allocUnsafe(lines.length + starts.length * prefix.length);
  let to = 0;
  for (const [number, start] of starts.entries()) {
    to += prefix.copy(out, to);
    to += lines.copy(out, to, start, starts[number + 1] ?? lines.length);
  }
  return out;
}
