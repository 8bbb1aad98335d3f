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
import type { Change } from "./plan.ts";
import { orElse, messageOf } from "../text/system-error.ts";

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;

export const textsOf = (changes: readonly Change[]): readonly Text[] =>
  changes.flatMap(({ path, after, mode }) => (after === null ? [] : [{ path, text: after, mode }]));

export interface Text {
  readonly path: string;
  readonly text: string;
  /** Of a file that is made; one that is there keeps its own, and its owner. */
  readonly mode: number;
}

/** A disk or a directory does not take it. The message says what has been changed, and the next move. */
class SetupError extends Error {
  readonly code = "FAILED";
}

/** Makes what is missing of the directories of `paths`; the new ones, outermost first. @throws SetupError, nothing left */
export function makeDirectories(paths: readonly string[]): readonly string[] {
  const made: string[] = [];
  for (const path of paths) {
    const missing: string[] = [];
    for (let at = dirname(path); !entryExists(at); at = dirname(at)) missing.unshift(at);
    for (const directory of missing) {
      try {
        attempt(directory, () => mkdirSync(directory));
        made.push(directory);
      } catch (error) {
        removeDirectories(made);
        throw error;
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

/** Writes all of them, in order. A link stays one: what it leads to is replaced. @throws SetupError, and leaves no draft */
export function replaceAll(texts: readonly Text[]): void {
  const ready: { readonly from: string; readonly to: string }[] = [];
  try {
    for (const text of texts) {
      const to = realTarget(text.path) ?? text.path;
      const from = neighbourOf(to);
      ready.push({ from, to });
      attempt(text.path, () => writeNeighbour(from, to, text));
    }
    for (const [done, { from, to }] of ready.entries())
      attempt(to, () => renameSync(from, to), ready.slice(0, done));
  } catch (error) {
    // a directory in a draft's place is somebody's, and why it could not be written
    for (const { from } of ready)
      if (lstatSync(from, { throwIfNoEntry: false })?.isDirectory() !== true) rmSync(from, { force: true });
    throw error;
  }
}

/** @throws SetupError where it fails; `done` was replaced before */
function attempt(path: string, act: () => void, done: readonly { readonly to: string }[] = []): void {
  try {
    act();
  } catch (error) {
    const why = messageOf(error);
    const message =
      done.length === 0
        ? `Nothing was changed: ${path} cannot be written (${why}). Make room or give this account the right, then run setup again.`
        : `${path} cannot be replaced (${why}). Changed before that: ${done.map(({ to }) => to).join(", ")}. Run setup again, or setup --uninstall.`;
    throw new SetupError(message, { cause: error });
  }
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

/** Where a file's next text is written; what a KILLed setup leaves there goes with the next one, or the uninstall. */
const neighbourOf = (path: string): string => `${path}.bun-watchdog-new`;

export const removeNeighbour = (path: string): void =>
  rmSync(neighbourOf(realTarget(path) ?? path), { force: true });
