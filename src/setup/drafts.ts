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
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { entryExists } from "../config/files/directories.ts";
import { realTarget } from "./bounds.ts";
import type { Change } from "./plan.ts";
import { entryOf, notWritten, SetupError } from "./targets.ts";
import { messageOf, orElse } from "../text/system-error.ts";

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;

/** `mode`: of a file that is made; one that is there keeps its own, and its owner. */
export type Text = Pick<Change, "path" | "before" | "after" | "mode">;

/** What is missing of the directories of `paths`, outermost first. */
export function missingDirectories(paths: readonly string[]): readonly string[] {
  const missing = new Set<string>();
  for (const path of paths) {
    const own: string[] = [];
    for (let at = dirname(path); !entryExists(at); at = dirname(at)) own.unshift(at);
    for (const directory of own) missing.add(directory);
  }
  return [...missing];
}

/** @throws SetupError */
export function makeDirectories(missing: readonly string[]): void {
  for (const directory of missing)
    attempt(directory, () => {
      mkdirSync(directory);
      giveAway(directory);
    });
}

/** Of those, innermost first, what nobody has put anything into. */
export function removeDirectories(made: readonly string[]): void {
  for (const directory of made.toReversed())
    // somebody else's things are in it, or it is gone, or no directory any more
    orElse(null, () => rmdirSync(directory), "ENOTEMPTY", "EEXIST", "ENOENT", "ENOTDIR");
}

interface Step {
  readonly change: Text;
  /** Of the file itself: what a link leads to is replaced, and the link stays one. */
  readonly to: string;
  readonly draft: string;
}

/** Writes or removes all of them, in order. @throws SetupError: then they are as they were, and no draft is left */
export function replaceAll(changes: readonly Text[]): void {
  const steps = changes.map((change): Step => {
    const to = change.after === null ? change.path : (realTarget(change.path) ?? change.path);
    return { change, to, draft: draftOf(to) };
  });
  const done: Step[] = [];
  try {
    for (const step of steps) attempt(step.change.path, () => writeDraft(step, step.change.after));
    for (const step of steps) {
      attempt(step.to, () => replace(step));
      done.push(step);
    }
  } catch (error) {
    putBack(done, error);
    for (const { to } of steps) removeDraft(to);
    throw error;
  }
  for (const { to } of steps) removeDraft(to);
}

/** A file that goes is put where its draft would be until all of them are done: that can be undone without any room. */
function replace({ change, to, draft }: Step): void {
  if (change.after === null) renameSync(to, draft);
  else renameSync(draft, to);
}

/** @throws SetupError where that fails too, which says what is changed by now */
function putBack(done: readonly Step[], cause: unknown): void {
  for (const [index, step] of done.entries()) {
    const { change, to, draft } = step;
    try {
      if (change.after === null) renameSync(draft, to);
      else if (change.before === null) rmSync(to);
      else {
        writeDraft(step, change.before);
        renameSync(draft, to);
      }
    } catch (error) {
      const changed = done.slice(index).map((each) => each.to);
      const why = `${messageOf(cause)} And ${to} could not be put back (${messageOf(error)})`;
      throw new SetupError(
        `${why.replace("Nothing was changed: ", "")}. Changed: ${changed.join(", ")}. Run setup again, or setup --uninstall.`,
        { cause },
      );
    }
  }
}

/** @throws SetupError where it fails */
function attempt(path: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    throw notWritten(path, error);
  }
}

function writeDraft({ change, to, draft }: Step, text: string | null): void {
  // what a KILLed setup has left there
  rmSync(draft, { force: true });
  if (text === null) return;
  const fd = openSync(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, change.mode);
  try {
    // not writeSync: of a write that a nearly full disk takes a part of, only the count says so
    writeFileSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  const old = statSync(to, { throwIfNoEntry: false });
  if (old === undefined) giveAway(draft);
  else keepOwner(draft, old);
  // open(2) takes the umask off, and chown(2) the bits that let a program run as its owner
  chmodSync(draft, old === undefined ? change.mode : old.mode & 0o7777);
}

/** Its owner and its group stay; whoever cannot give them hears so. */
function keepOwner(draft: string, { uid, gid }: Stats): void {
  const own = statSync(draft);
  if (own.uid !== uid || own.gid !== gid) chownSync(draft, uid, gid);
}

/** What root makes in somebody's checkout is its owner's: else nobody but root could change it, or write beside it. */
const giveAway = (path: string): void => {
  if (process.getuid?.() === 0) keepOwner(path, statSync(dirname(path)));
};

/** Where a file's next text is written; what a KILLed setup leaves there goes with the next one, or the uninstall. */
const draftOf = (file: string): string => `${file}.bun-watchdog-new`;

export const hasDraft = (file: string): boolean => entryOf(draftOf(file))?.isFile() === true;

/** A directory in a draft's place is somebody's. */
function removeDraft(file: string): void {
  const draft = draftOf(file);
  if (entryOf(draft)?.isDirectory() === false) rmSync(draft, { force: true });
}

/** Removes what a KILLed setup, or a KILLed uninstall, has left beside those. */
export function sweep(paths: readonly string[]): void {
  for (const path of new Set(paths.flatMap((each) => [each, realTarget(each) ?? each]))) removeDraft(path);
}
