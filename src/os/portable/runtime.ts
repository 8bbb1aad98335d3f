/** Is this process Bun? From its executable file, else from its name. Without bun:ffi, and so without /proc/PID/exe. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { Runtime } from "../../core/process.ts";
import { baseName, BUN_NAMES, SMALLEST_BUN_BYTES } from "../bun-names.ts";
import { bunMark } from "../elf.ts";
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

/** null = the file cannot be read. */
const readRuntime = (path: string): Runtime | null => {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch {
    // unreadable for whatever reason: the name is all there is
    return null;
  }
  try {
    const { size, isFile } = describe(fd);
    if (!isFile || size < SMALLEST_BUN_BYTES) return "other";
    const readAt = (into: Uint8Array, offset: number): number => readSync(fd, into, 0, into.length, offset);
    const mark = bunMark(readAt, size);
    const other = mark === "none" ? machOMark(readAt) : mark;
    if (other !== "none") return other;
    return BUN_NAMES.has(baseName(path)) ? "bun" : "other";
  } finally {
    closeSync(fd);
  }
};

const describe = (fd: number): { readonly size: number; readonly isFile: boolean } => {
  const stat = fstatSync(fd);
  return { size: stat.size, isFile: stat.isFile() };
};
