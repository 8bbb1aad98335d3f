/**
 * Whether a path can be believed: who could have put something else there. Every component is looked at as it is named,
 * and links are followed by hand, since whoever made a link says where everything behind it lies.
 */
import { lstatSync, readlinkSync, type Stats } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { printable } from "../text/mask.ts";
import { orElse } from "../text/system-error.ts";
import { nameOf, OTHERS_WRITE, otherWriters, STICKY, unmappedUid } from "./accounts.ts";

/** As the kernel: then it is ELOOP (path_resolution(7)). */
const MOST_LINKS = 40;

/** What is wrong, as the rest of a sentence about the path, and what would be right. */
interface Distrust {
  readonly why: string;
  readonly next: string;
}

/** Something that may not be believed stands where one of our files belongs. The message ends with the next move. */
export class UntrustedError extends Error {
  override readonly name = "UntrustedError";
  readonly code = "EUNTRUSTED";
}

/** @throws UntrustedError */
export function requireBelievable(path: string, uid: number | null): void {
  const found = distrust(path, uid);
  if (found !== null) throw new UntrustedError(`${path} ${found.why}. Next: ${found.next}`);
}

/**
 * Nobody is believed but the account itself and root. A link that a third account made leads where that account likes:
 * it is refused to everybody. Root is also refused what belongs to another account, or lies where every account may
 * exchange it, at any height. Null: it can be believed, as far as it is there.
 */
export function distrust(path: string, uid: number | null): Distrust | null {
  if (uid === null) return null;
  let rest = path.split("/").filter((name) => name !== "" && name !== ".");
  let at = "/";
  for (let links = 0; ;) {
    const stat = lstat(at);
    if (stat === null) return null;
    const found = aboutEntry(at, stat, uid);
    if (found !== null) return found;
    if (stat.isSymbolicLink()) {
      if (++links > MOST_LINKS) return null;
      const target = readlinkSync(at);
      rest = [...target.split("/"), ...rest].filter((name) => name !== "" && name !== ".");
      at = isAbsolute(target) ? "/" : dirname(at);
      continue;
    }
    const [name, ...others] = rest;
    if (name === undefined) return null;
    rest = others;
    at = name === ".." ? dirname(at) : join(at, name);
  }
}

/**
 * For a path whose links were resolved when it was allowed: whoever may write a folder of it (a checkout of another branch)
 * can put a link there later. What does not exist yet is in place.
 *
 * @throws UntrustedError
 */
export function requireInPlace(path: string): void {
  for (let at = path; ; at = dirname(at)) {
    if (lstat(at)?.isSymbolicLink() === true) {
      const target = printable(readlinkSync(at));
      throw new UntrustedError(
        `${path} leads elsewhere by now: ${at} is a symbolic link, to ${target}. Next: put the directory back, or start anew`,
      );
    }
    if (dirname(at) === at) return;
  }
}

function aboutEntry(at: string, stat: Stats, uid: number): Distrust | null {
  const unmapped = unmappedUid();
  const isForeign =
    stat.uid !== uid && stat.uid !== 0 && !(stat.uid === unmapped && !isOpenToAll(dirname(at)));
  if (stat.isSymbolicLink())
    return isForeign
      ? {
          why: `leads through ${at}, a symbolic link made by ${nameOf(stat.uid)}`,
          next: "put a directory or a file of your own in its place",
        }
      : null;
  // the root of a user namespace is a plain account
  if (uid !== 0 || unmapped !== null) return null;
  if (isForeign)
    return {
      why: `is not followed by root: ${at} belongs to ${nameOf(stat.uid)}`,
      next: `run this as that account, or give it to root: chown root ${at}`,
    };
  if (stat.isDirectory() ? (stat.mode & STICKY) !== 0 : !stat.isFile()) return null;
  const others = otherWriters(stat, uid);
  if (others === null) return null;
  return {
    why: `is not followed by root: ${others} may ${stat.isDirectory() ? "exchange what lies in" : "write"} ${at}`,
    next: `chmod go-w ${at}`,
  };
}

/** Among those who look alike in a user namespace, whoever could make something here is not taken for the machine's root. */
const isOpenToAll = (directory: string): boolean =>
  ((lstat(directory)?.mode ?? OTHERS_WRITE) & OTHERS_WRITE) !== 0;

/** null: there is nothing, or it cannot be looked at, and so cannot be opened either. */
const lstat = (path: string): Stats | null =>
  orElse(null, () => lstatSync(path, { throwIfNoEntry: false }) ?? null);
