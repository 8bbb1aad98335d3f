/** Files as setup reads them: whole, and as UTF-8 that survives the way back. */
import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from "node:fs";
import { SetupRefusal } from "./refusal.ts";
import { notRead, SetupError } from "./targets.ts";
import { codeOf, orElse } from "../text/system-error.ts";

/** null: there is none. @throws SetupRefusal for what is no text, or no file. */
export function wholeText(path: string): string | null {
  const bytes = readBytes(path);
  if (bytes === null) return null;
  const text = bytes.toString("utf8");
  if (!Buffer.from(text, "utf8").equals(bytes))
    throw new SetupRefusal(
      `${path} is not UTF-8 and cannot be changed safely. Save it as UTF-8, then run setup again.`,
    );
  return text;
}

/** For a look around: "" also for what is no text, no file, or nobody's to read, and so says nothing. */
export function peek(path: string): string {
  try {
    return wholeText(path) ?? "";
  } catch (error) {
    if (error instanceof SetupRefusal || error instanceof SetupError) return "";
    throw error;
  }
}

function readBytes(path: string): Buffer | null {
  let fd: number;
  try {
    // a link in a checkout may lead to a terminal or a FIFO, whose opening waits (open(2))
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0));
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
    if (stat.isFile()) return readFileSync(fd);
    const what = stat.isDirectory() ? "a directory" : "no regular file";
    throw new SetupRefusal(`${path} is ${what}; a file belongs there. Rename it, then run setup again.`);
  } finally {
    closeSync(fd);
  }
}

export const permissionsOf = (path: string): number | null =>
  orElse(null, () => statSync(path).mode & 0o777, "ENOENT", "ENOTDIR", "ELOOP");
