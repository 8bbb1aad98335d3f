/** A crash or a full disk can cut a file's last line off. The next line must not be glued to it. */
import { fstatSync, readSync, writeSync } from "node:fs";

const NEWLINE = 10;

/** Ends the last line when it has no end. `fd` is open for reading and appending; throws what write(2) throws. */
export function endTornLine(fd: number): void {
  const { size } = fstatSync(fd);
  const last = new Uint8Array(1);
  if (size > 0 && readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE) writeSync(fd, "\n");
}
