/** Is this process Bun? From the file at its executable's path, else from its name. */
import { constants, fstatSync, openSync, readSync } from "node:fs";
import type { Runtime } from "../../core/process/process.ts";
import { orElse } from "../../text/system-error.ts";
import { closing } from "../../trust/open.ts";
import { baseName } from "../../text/path.ts";
import { BUN_NAMES, SMALLEST_BUN_BYTES } from "../bun-names.ts";
import { bunMark, type ReadAt } from "../elf.ts";
import { machOMark } from "../mach-o.ts";

/** Remembers every file for as long as it lives: for one reading. */
export class Runtimes {
  readonly #known = new Map<string, Runtime | null>();

  /** `exe` is null where it cannot be read, or is not what runs any more; `name` is what ps calls the process. */
  of(exe: string | null, name: string): Runtime {
    const named = BUN_NAMES.has(baseName(name)) ? "bun" : "other";
    if (exe === null) return named;
    const known = this.#known.get(exe);
    if (known !== undefined) return known ?? named;
    const found = readRuntime(exe);
    this.#known.set(exe, found);
    return found ?? named;
  }
}

const readRuntime = (path: string): Runtime | null => {
  const opened = openOrNull(path);
  if (opened === null) return null;
  return closing(opened, (fd) => {
    const stat = fstatSync(fd);
    if (!stat.isFile() || stat.size < SMALLEST_BUN_BYTES) return "other";
    const readAt: ReadAt = (into, offset) => readSync(fd, into, 0, into.length, offset);
    const elf = bunMark(readAt, stat.size);
    const mark = elf === "none" ? machOMark(readAt) : elf;
    if (mark !== "none") return mark;
    return BUN_NAMES.has(baseName(path)) ? "bun" : "other";
  });
};

/** If it cannot be read, for any reason, the name is all there is. A FIFO in its place is not waited for. */
const openOrNull = (path: string): number | null =>
  orElse(null, () => openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)));
