/** The last resort of a record that cannot be written: one line on standard error. */
import { printable } from "../core/mask.ts";
import { standardError } from "./outlet.ts";

/** A message with two long paths in it. */
const MOST_CHARACTERS = 10_000;

export type Complain = (line: string) => void;

/** Never throws and never waits: a full disk, a closed pipe or a stopped terminal behind standard error must not stop the watchdog. */
export const complain: Complain = (line) => standardError().say(printable(line, MOST_CHARACTERS));
