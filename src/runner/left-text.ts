/**
 * What an isolated process has left in a file. It can have put anything there in its place: a pipe that nobody
 * writes into, a link to a device, a file without an end.
 */
import { orElse } from "../text/system-error.ts";
import { readRegular } from "../trust/open.ts";

const MOST_BYTES = 256 * 1_024 ** 2;

/** null: nothing that can be read. */
export const leftText = (path: string): string | null => orElse(null, () => readRegular(path, MOST_BYTES));
