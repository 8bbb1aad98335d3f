/** Reads the end of a spool: that part of it is never given back before the next run. */
import { HEAD_BYTES, KEPT_BYTES, type Spool } from "./spool.ts";

/** The last lines of the present run, as text; an unfinished one is a line too. */
export function lastLinesOf(spool: Spool, most: number): readonly string[] {
  const { size } = spool;
  const start = Math.max(spool.runStart, size - KEPT_BYTES, HEAD_BYTES);
  if (start >= size || most <= 0) return [];
  const bytes = Buffer.alloc(size - start);
  const length = spool.read(bytes, start);
  const lines = bytes.toString("utf8", 0, length).replaceAll("\0", "").split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  // the first line may have begun before that part
  if (start === size - KEPT_BYTES && lines.length > 1) lines.shift();
  return lines.slice(-most);
}
