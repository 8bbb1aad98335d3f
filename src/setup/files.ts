/** Files as setup reads and writes them: whole, as UTF-8 that survives the way back, and never half written. */
import {
  chmodSync,
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { entryExists } from "../config/directories.ts";
import { Refusal } from "./edit.ts";

const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;

const codeOf = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;

/** null: there is none. @throws Refusal for what is no text, or no file. */
export function readText(path: string): string | null {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    switch (codeOf(error)) {
      case "ENOENT":
      case "ENOTDIR":
        return null;
      case "EISDIR":
        throw new Refusal(`${path} is a directory; a file belongs there. Rename it, then run setup again.`);
      case "EACCES":
        throw new Refusal(`${path} may not be read. Run setup as its owner.`);
      default:
        throw error;
    }
  }
  const text = bytes.toString("utf8");
  if (!Buffer.from(text, "utf8").equals(bytes))
    throw new Refusal(
      `${path} is not UTF-8 and cannot be changed safely. Save it as UTF-8, then run setup again.`,
    );
  return text;
}

export const modeOf = (path: string): number | null => {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? null : stat.mode & 0o777;
};

/**
 * Puts `text` in the place of the file, whole or not at all: a neighbour is written, flushed and renamed over it
 * (rename(2) is atomic). A symbolic link stays one, what it leads to is replaced. Returns the directories it had to make.
 */
export function writeText(path: string, text: string, mode: number): readonly string[] {
  const made = makeDirectory(dirname(path));
  const target = entryExists(path) ? realpathSync(path) : path;
  const neighbour = neighbourOf(target);
  try {
    const fd = openSync(neighbour, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode);
    try {
      writeSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    // open(2) takes the umask off
    chmodSync(neighbour, modeOf(target) ?? mode);
    renameSync(neighbour, target);
  } catch (error) {
    rmSync(neighbour, { force: true });
    throw error;
  }
  return made;
}

/** Where a file's next text is written; what a KILLed setup leaves there goes with the next one, or the uninstall. */
const neighbourOf = (path: string): string => `${path}.bun-watchdog-new`;

export const removeNeighbour = (path: string): void => rmSync(neighbourOf(path), { force: true });

/** Makes what is missing of a directory; the new ones, outermost first. */
function makeDirectory(path: string): readonly string[] {
  const missing: string[] = [];
  for (let at = path; !entryExists(at); at = dirname(at)) missing.unshift(at);
  if (missing.length > 0) mkdirSync(path, { recursive: true });
  return missing;
}
