/**
 * Several files in one go: every new text is written beside its place and flushed before the first of them gets its name,
 * and rename(2) is atomic and needs no room. So a disk that is full, or a power cut, leaves the old files or the new ones.
 */
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { entryExists } from "../config/files/directories.ts";
import { type Bounds, isNamedWithin, realTarget } from "./bounds.ts";
import { readWhole, wholeText } from "./files.ts";
import { pinned, type Pinned } from "./pinned.ts";
import type { Change } from "./plan.ts";
import { SetupRefusal } from "./refusal.ts";
import { closing } from "../trust/open.ts";
import { entryOf, notWritten, SetupError } from "./targets.ts";
import { messageOf, orElse } from "../text/system-error.ts";

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_DIRECTORY } = constants;

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
export function makeDirectories(missing: readonly string[], bounds: Bounds): void {
  for (const directory of missing)
    attempt(directory, () => {
      const { fd, path } = pinned(directory, isNamedWithin(directory, bounds) ? bounds : null);
      closing(fd, () => {
        mkdirSync(path);
        closing(openSync(path, O_DIRECTORY | O_NOFOLLOW), (made) => giveAway(made, fd));
      });
    });
}

/** Of those, innermost first, what nobody has put anything into. */
export function removeDirectories(made: readonly string[]): void {
  for (const directory of made.toReversed())
    // somebody else's things are in it, or it is gone, or no directory any more
    orElse(null, () => rmdirSync(directory), "ENOTEMPTY", "EEXIST", "ENOENT", "ENOTDIR");
}

interface Step extends Pinned {
  readonly change: Text;
  /** Of the file itself: what a link leads to is replaced, and the link stays one. */
  readonly to: string;
  readonly draft: string;
}

/**
 * Writes or removes all of them, in order. `bounds`: null for files of this account's own.
 * @throws SetupError: then they are as they were, and no draft is left
 */
export function replaceAll(changes: readonly Text[], bounds: Bounds | null): void {
  const steps: Step[] = [];
  try {
    for (const change of changes) attempt(change.path, () => steps.push(stepOf(change, bounds)));
    carryOut(steps);
  } finally {
    for (const { fd } of steps) closeSync(fd);
  }
}

function stepOf(change: Text, bounds: Bounds | null): Step {
  const to = change.after === null ? change.path : (realTarget(change.path) ?? change.path);
  const isNamed = bounds?.named.includes(change.path) === true;
  const place = pinned(to, isNamed ? null : bounds);
  return { ...place, change, to, draft: draftOf(place.path) };
}

function carryOut(steps: readonly Step[]): void {
  const done: Step[] = [];
  try {
    for (const step of steps) attempt(step.change.path, () => writeDraft(step, step.change.after));
    for (const step of steps) {
      attempt(step.to, () => replace(step));
      done.push(step);
    }
  } catch (error) {
    putBack(done, error);
    for (const { path } of steps) removeDraft(path);
    throw error;
  }
  for (const { path } of steps) removeDraft(path);
}

/** A file that goes is put where its draft would be until all of them are done: that can be undone without any room. */
function replace({ change, path, draft }: Step): void {
  if (wholeText(path) !== change.before) throw changedSince();
  if (change.after === null) renameSync(path, draft);
  else renameSync(draft, path);
}

/** An editor, or another setup: what it wrote is nobody's to throw away. */
const changedSince = (): SetupRefusal => new SetupRefusal("was changed by somebody in this moment");

/** @throws SetupError where that fails too, which says what is changed by now */
function putBack(done: readonly Step[], cause: unknown): void {
  for (const [index, step] of done.entries()) {
    const { change, to, path, draft } = step;
    try {
      if (wholeText(path) !== change.after) throw changedSince();
      if (change.after === null) renameSync(draft, path);
      else if (change.before === null) rmSync(path);
      else {
        writeDraft({ ...step, change: { ...change, before: change.after } }, change.before);
        renameSync(draft, path);
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

/** Owner and mode are given to the descriptor: whoever owns the folder may put a link in the draft's place meanwhile. */
function writeDraft({ change, fd: directory, path, draft }: Step, text: string | null): void {
  // what a KILLed setup has left there
  rmSync(draft, { force: true });
  if (text === null) return;
  const old = readWhole(path, O_NOFOLLOW);
  if ((old?.text ?? null) !== change.before) throw changedSince();
  closing(openSync(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, change.mode), (fd) => {
    // not writeSync: of a write that a nearly full disk takes a part of, only the count says so
    writeFileSync(fd, text);
    if (old === null) giveAway(fd, directory);
    else keepOwner(fd, old.stat);
    // open(2) takes the umask off, and chown(2) the bits that let a program run as its owner
    fchmodSync(fd, old === null ? change.mode : old.stat.mode & 0o7777);
    fsyncSync(fd);
  });
}

/** Its owner and its group stay; whoever cannot give them hears so. */
function keepOwner(fd: number, { uid, gid }: Stats): void {
  const own = fstatSync(fd);
  if (own.uid !== uid || own.gid !== gid) fchownSync(fd, uid, gid);
}

/** What root makes in somebody's checkout is its owner's: else nobody but root could change it, or write beside it. */
const giveAway = (fd: number, directory: number): void => {
  if (process.getuid?.() === 0) keepOwner(fd, fstatSync(directory));
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
