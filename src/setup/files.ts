/** Files as setup reads them: whole, and as UTF-8 that survives the way back. */
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats, statSync } from "node:fs";
import { type Bounds, isNamedWithin, requireWithin } from "./bounds.ts";
import { placeOf } from "./pinned.ts";
import { SetupRefusal } from "./refusal.ts";
import { notRead, SetupError } from "./targets.ts";
import { codeOf, orElse } from "../text/system-error.ts";

interface Whole {
  readonly text: string;
  readonly stat: Stats;
  /** Where it really is; null where the system does not tell. */
  readonly place: string | null;
}

/** null: there is none. @throws SetupRefusal for what is no text, or no file. */
export const wholeText = (path: string): string | null => readWhole(path)?.text ?? null;

/** The same of a file of the project. It is asked where the open file is: a link may have come since. @throws SetupRefusal */
export function textWithin(path: string, bounds: Bounds): string | null {
  requireWithin(path, bounds);
  const found = readWhole(path, 0, MOST_BYTES);
  if (found === null || found.place === null || bounds.named.includes(path)) return found?.text ?? null;
  if (isNamedWithin(found.place, bounds)) return found.text;
  throw new SetupRefusal(`${path} leads out of the project, to ${found.place}, and stays as it is.`);
}

/** `flags`: as for open(2). */
export function readWhole(path: string, flags = 0, mostBytes = Number.POSITIVE_INFINITY): Whole | null {
  const found = readBytes(path, flags, mostBytes);
  if (found === null) return null;
  const text = found.bytes.toString("utf8");
  if (!Buffer.from(text, "utf8").equals(found.bytes))
    throw new SetupRefusal(
      `${path} is not UTF-8 and cannot be changed safely. Save it as UTF-8, then run setup again.`,
    );
  return { text, stat: found.stat, place: found.place };
}

/** For a look around: "" also for what is no text, no file, or nobody's to read, and so says nothing. */
export function peek(path: string): string {
  try {
    return readWhole(path, 0, MOST_BYTES)?.text ?? "";
  } catch (error) {
    if (error instanceof SetupRefusal || error instanceof SetupError) return "";
    throw error;
  }
}

/** No file that setup changes in a project comes near. */
const MOST_BYTES = 16 * 1024 * 1024;

function readBytes(
  path: string,
  flags: number,
  mostBytes: number,
): (Omit<Whole, "text"> & { readonly bytes: Buffer }) | null {
  let fd: number;
  try {
    // a link in a checkout may lead to a terminal or a FIFO, whose opening waits (open(2))
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0) | flags);
  } catch (error) {
    switch (codeOf(error) ?? "") {
      case "ENOENT":
      case "ENOTDIR":
        return null;
      case "EACCES":
      case "EPERM":
        throw notRead(path, error);
      case "ELOOP":
      case "ENXIO":
        throw new SetupRefusal(`${path} leads to no file. Remove it, then run setup again.`);
      default:
        throw error;
    }
  }
  try {
    const stat = fstatSync(fd);
    if (stat.size > mostBytes)
      throw new SetupRefusal(`${path} has more than ${mostBytes} bytes and stays as it is.`);
    if (stat.isFile()) return { bytes: readFileSync(fd), stat, place: placeOf(fd) };
    const what = stat.isDirectory() ? "a directory" : "no regular file";
    throw new SetupRefusal(`${path} is ${what}; a file belongs there. Rename it, then run setup again.`);
  } finally {
    closeSync(fd);
  }
}

export const permissionsOf = (path: string): number | null =>
  orElse(null, () => statSync(path).mode & 0o777, "ENOENT", "ENOTDIR", "ELOOP");
