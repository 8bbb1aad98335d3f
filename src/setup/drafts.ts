/**
 * Several files in one go: every new text is written beside its place and flushed before the first of them gets its name,
 * and rename(2) is atomic and needs no room. So a disk that is full, or a power cut, leaves the old files or the new ones.
 */
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { entryExists } from "../config/files/directories.ts";
import { realTarget } from "./bounds.ts";
import { orElse, messageOf } from "../text/system-error.ts";

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;

export interface Text {
  readonly path: string;
  readonly text: string;
  /** Of a file that is made; one that is there keeps its own, and its owner. */
  readonly mode: number;
}

/** A disk or a directory that does not take it. The message says what has been changed, and the next move. */
export class SetupError extends Error {
  readonly code = "FAILED";
}

interface Drafts {
  /** Gives each text its name, in order. @throws SetupError */
  readonly commit: () => void;
  readonly discard: () => void;
}

/** Makes what is missing of the directories of `paths`; the new ones, outermost first. @throws SetupError, nothing left */
export function makeDirectories(paths: readonly string[]): readonly string[] {
  const made: string[] = [];
  for (const path of paths) {
    const missing: string[] = [];
    for (let at = dirname(path); !entryExists(at); at = dirname(at)) missing.unshift(at);
    for (const directory of missing) {
      try {
        mkdirSync(directory);
        made.push(directory);
      } catch (error) {
        removeDirectories(made);
        throw nothingChanged(directory, error);
      }
    }
  }
  return made;
}

/** Of those, innermost first, what nobody has put anything into. */
export function removeDirectories(made: readonly string[]): void {
  for (const directory of made.toReversed())
    // somebody else's things are in it, or it is gone, or no directory any more
    orElse(null, () => rmdirSync(directory), "ENOTEMPTY", "EEXIST", "ENOENT", "ENOTDIR");
}

/** A link stays one: what it leads to is replaced. @throws SetupError; nothing is left of the others then */
export function draft(texts: readonly Text[]): Drafts {
  const ready: { readonly from: string; readonly to: string }[] = [];
  const discard = (): void => {
    // a directory in a draft's place is somebody's, and why it could not be written
    for (const { from } of ready)
      if (lstatSync(from, { throwIfNoEntry: false })?.isDirectory() !== true) rmSync(from, { force: true });
  };
  for (const text of texts) {
    const to = realTarget(text.path) ?? text.path;
    const from = neighbourOf(to);
    ready.push({ from, to });
    try {
      writeNeighbour(from, to, text);
    } catch (error) {
      discard();
      throw nothingChanged(text.path, error);
    }
  }
  const commit = (): void => {
    for (const [done, { from, to }] of ready.entries()) {
      try {
        renameSync(from, to);
      } catch (error) {
        discard();
        throw half(ready.slice(0, done), to, error);
      }
    }
  };
  return { commit, discard };
}

function writeNeighbour(from: string, to: string, { text, mode }: Text): void {
  // what a KILLed setup has left there
  rmSync(from, { force: true });
  const fd = openSync(from, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
  try {
    // not writeSync: of a write that a nearly full disk takes a part of, only the count says so
    writeFileSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  const old = statSync(to, { throwIfNoEntry: false });
  // open(2) takes the umask off
  chmodSync(from, old === undefined ? mode : old.mode & 0o777);
  if (old !== undefined && process.getuid?.() === 0) chownSync(from, old.uid, old.gid);
}

const nothingChanged = (path: string, error: unknown): SetupError =>
  new SetupError(
    `Nothing was changed: ${path} cannot be written (${messageOf(error)}). Make room or give this account the right, then run setup again.`,
    { cause: error },
  );

function half(done: readonly { readonly to: string }[], path: string, error: unknown): SetupError {
  if (done.length === 0) return nothingChanged(path, error);
  const changed = done.map(({ to }) => to).join(", ");
  return new SetupError(
    `${path} cannot be replaced (${messageOf(error)}). Changed before that: ${changed}. Run setup again, or setup --uninstall.`,
    { cause: error },
  );
}

/** Where a file's next text is written; what a KILLed setup leaves there goes with the next one, or the uninstall. */
const neighbourOf = (path: string): string => `${path}.bun-watchdog-new`;

export const removeNeighbour = (path: string): void =>
  rmSync(neighbourOf(realTarget(path) ?? path), { force: true });
