/** Files that somebody names on a command line. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { CommandError, UsageError } from "../../../text/errors.ts";
import { codeOf, messageOf } from "../../../text/system-error.ts";

export function readNamed(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === null) throw error;
    throw new UsageError(`${path} cannot be read: ${messageOf(error)}`);
  }
}

export function writeDocument(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch (error) {
    if (codeOf(error) === null) throw error;
    throw new CommandError(`${path} cannot be written: ${messageOf(error)}`);
  }
}
