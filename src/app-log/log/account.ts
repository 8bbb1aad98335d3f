/**
 * Finds how much of a batch got into the log file when its writing was broken off by a signal, or by a disk
 * that took no more.
 */
import { closeSync, constants, fstatSync, ftruncateSync, readSync } from "node:fs";
import { orElse } from "../../text/system-error.ts";
import { openBelieved } from "../../trust/open.ts";
import { isLed, type NotedBatch } from "./checkpoint.ts";
import { findFile } from "./place.ts";

export interface Written {
  readonly bytes: number;
  /**
   * The lines of a dated batch that were written. Bytes do not tell how far it got, but each line is one line
   * of the spool.
   */
  readonly lines: number;
}

const NOTHING_WRITTEN: Written = { bytes: 0, lines: 0 };

const NEWLINE = 10;
const CHUNK_BYTES = 64 * 1_024;

/**
 * Cuts a torn line off where the batch is of whole lines. `fd` is open on the log file, for reading and
 * writing.
 */
export function account(fd: number, batch: NotedBatch): Written {
  const { before, from, to, isLines, isDated } = batch;
  const { size } = fstatSync(fd);
  // somebody emptied the file meanwhile: the batch is written once more
  if (size <= before) return NOTHING_WRITTEN;
  const start = before + (isLed(batch) ? 1 : 0);
  if (!isLines) return { bytes: clamp(size - start, to - from), lines: 0 };
  const { kept, lines } = wholeLines(fd, start, size);
  if (kept < size) ftruncateSync(fd, kept);
  return isDated ? { bytes: 0, lines } : { bytes: clamp(kept - start, to - from), lines: 0 };
}

/**
 * Does the same after a SIGKILL. `path` is where the log file was. A file that was removed, or cannot be read
 * any more, counts as not written.
 */
export function accountForTorn(path: string, batch: NotedBatch): Written {
  const found = findFile(path, batch.device, batch.inode);
  if (found === null) return NOTHING_WRITTEN;
  return orElse(NOTHING_WRITTEN, () => {
    const fd = openBelieved(found, constants.O_RDWR);
    try {
      return account(fd, batch);
    } finally {
      closeSync(fd);
    }
  });
}

const clamp = (value: number, most: number): number => Math.min(Math.max(0, value), most);

function wholeLines(
  fd: number,
  start: number,
  end: number,
): { readonly kept: number; readonly lines: number } {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let [kept, lines] = [start, 0];
  for (let at = start; at < end;) {
    const length = readSync(fd, chunk, 0, Math.min(CHUNK_BYTES, end - at), at);
    if (length === 0) break;
    for (let found = -1; (found = chunk.subarray(0, length).indexOf(NEWLINE, found + 1)) >= 0;) {
      lines++;
      kept = at + found + 1;
    }
    at += length;
  }
  return { kept, lines };
}

/** Tells whether a file ends with the end of a line; an empty one does. */
export function endsLine(fd: number): boolean {
  const { size } = fstatSync(fd);
  const last = Buffer.alloc(1);
  return size === 0 || (readSync(fd, last, 0, 1, size - 1) === 1 && last[0] === NEWLINE);
}
