/** Standard output for more text than is wanted in memory. */
import { writeSync } from "node:fs";
import { codeOf } from "../core/system-error.ts";
import { CommandError } from "./errors.ts";

const STDOUT = 1;
/** Somebody set the pipe to non-blocking, and its reader is slow. */
const AGAIN_MS = 5;

/**
 * Returns when the text is written; false = the reader has gone (`| head`), which is no failure.
 * @throws CommandError when the output is a file on a full disk.
 */
export function writeOut(text: string): boolean {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length;) {
    try {
      written += writeSync(STDOUT, bytes, written);
    } catch (error) {
      const code = codeOf(error);
      if (code === "EPIPE") return false;
      if (code !== "EAGAIN") throw new CommandError(`Standard output takes no more: ${String(error)}`);
      Bun.sleepSync(AGAIN_MS);
    }
  }
  return true;
}
