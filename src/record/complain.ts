/** The last resort of a record that cannot be written: one line on standard error. */
import { writeSync } from "node:fs";
import { printable } from "../core/mask.ts";

/** A message with two long paths in it. */
const MOST_CHARACTERS = 10_000;

export type Complain = (line: string) => void;

/** Never throws: a full disk or a closed pipe behind standard error must not stop the watchdog. */
export const complain: Complain = (line) => {
  try {
    writeSync(2, `${printable(line, MOST_CHARACTERS)}\n`);
  } catch (error) {
    // EPIPE, EAGAIN, ENOSPC, EIO: nobody is left to tell; anything without a code is a bug
    if (codeOf(error) === null) throw error;
  }
};

/** The errno name of a failed system call; null for any other thrown value. */
export const codeOf = (error: unknown): string | null =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
