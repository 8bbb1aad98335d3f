/** Looks at every file that is to be changed before the first of them is: what stands in the way is said, and nothing is half done. */
import { accessSync, constants, lstatSync, readlinkSync, type Stats, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { SetupRefusal } from "./refusal.ts";
import { messageOf, orElse } from "../text/system-error.ts";

/** A disk or a directory does not take it. The message says what has been changed, and the next move. */
export class SetupError extends Error {
  readonly code = "FAILED";
}

const inTheWay = (path: string, why: string, move: string, cause?: unknown): SetupError =>
  new SetupError(`Nothing was changed: ${path} ${why}. ${move}, then run it again.`, { cause });

export const notWritten = (path: string, error: unknown): SetupError =>
  error instanceof SetupRefusal
    ? inTheWay(path, error.message, "Look at it", error)
    : inTheWay(
        path,
        `cannot be written (${messageOf(error).replaceAll(/\/proc\/self\/fd\/\d+\//gu, "")})`,
        "Make room or give this account the right",
        error,
      );

export const notRead = (path: string, error: unknown): SetupError =>
  inTheWay(path, `may not be read (${messageOf(error)})`, "Give this account the right", error);

/** @throws SetupError for the first one that cannot be written, or made */
export function requireReplaceable(paths: readonly string[]): void {
  for (const path of paths) {
    requireFile(path);
    const directory = requireDirectory(path);
    try {
      accessSync(directory, constants.W_OK | constants.X_OK);
    } catch (error) {
      throw notWritten(path, error);
    }
  }
}

/** null: nothing is there. */
export const entryOf = (path: string): Stats | null =>
  orElse(null, () => lstatSync(path), "ENOENT", "ENOTDIR", "ENAMETOOLONG");

const leadsTo = (path: string): Stats | null =>
  orElse(null, () => statSync(path), "ENOENT", "ENOTDIR", "ELOOP");

function requireFile(path: string): void {
  if (entryOf(path)?.isSymbolicLink() !== true || leadsTo(path) !== null) return;
  const leads = resolve(dirname(path), readlinkSync(path));
  throw inTheWay(path, `is a link to ${leads}, where nothing is`, "Remove the link, or make that file");
}

/** The directory that the file is in, or that the first new one will be in. */
function requireDirectory(path: string): string {
  for (let at = dirname(path); ; at = dirname(at)) {
    const entry = entryOf(at);
    if (entry === null) continue;
    if (leadsTo(at)?.isDirectory() === true) return at;
    const what = entry.isSymbolicLink() ? "is a link that leads to no directory" : "is no directory";
    throw inTheWay(at, `${what}, and ${path} belongs below it`, "Rename it");
  }
}
