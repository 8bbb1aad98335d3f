/** Files that somebody names on a command line. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
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

export const writeDocument = (path: string, text: string): void =>
  writing(path, () => writeFileSync(path, text));

/** Before what will be written has taken its time. Nothing is written yet. */
export const requireWritable = (path: string): void =>
  writing(path, () => {
    if (existsSync(path)) closeSync(openSync(path, "r+"));
    else accessSync(dirname(path), constants.W_OK);
  });

function writing(path: string, act: () => void): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    act();
  } catch (error) {
    if (codeOf(error) === null) throw error;
    throw new CommandError(`${path} cannot be written: ${messageOf(error)}`);
  }
}
