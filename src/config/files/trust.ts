/** Decides whose word a configuration file is: such a file says what gets killed. */
import { realpathSync, statSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import { codeOf, orElse } from "../../text/system-error.ts";
import { nameOf, otherWriters, STICKY, unmappedUid } from "../../trust/accounts.ts";
import { distrust } from "../../trust/path.ts";
import { shownValue } from "../schema/printable.ts";
import { ConfigError, fileProblem } from "../schema/problem.ts";

/**
 * Of a file that is read. A plain account may name one of another account, and is told whose it is.
 * @throws ConfigError for a path that may not be believed, see trust/path.ts
 */
export function checkTrust(path: string, stat: Stats, uid: number | null): string[] {
  if (uid === null) return [];
  const found = distrust(path, uid);
  if (found !== null)
    throw new ConfigError([
      fileProblem("untrusted", path, shownValue(found.why, 600), shownValue(found.next, 600)),
    ]);
  if (stat.uid === uid || stat.uid === 0) return [];
  return [
    `${shownValue(path, 300)} belongs to ${shownValue(nameOf(stat.uid))}: its limits and rules are theirs.`,
  ];
}

/**
 * Why a file that nobody named may not govern jobs that a monitor meets, as the rest of a sentence; null = it may. It must
 * be this account's own (root's is not enough), and nobody else can have written it, or have put it where it lies.
 */
export function whyNotGoverning(path: string, uid: number | null): string | null {
  if (uid === null) return null;
  try {
    return whyNotOf(path, uid, [uid]);
  } catch (error) {
    const code = codeOf(error);
    if (code === null) throw error;
    return `cannot be looked at (${code})`;
  }
}

/**
 * The same for the files that a command finds by itself: there root's are as good as one's own. Root is told of what it must
 * not follow when the file is read; so is everybody of what cannot be looked at.
 */
export const whyNotFollowed = (path: string, uid: number | null): string | null =>
  uid === null || (uid === 0 && unmappedUid() === null)
    ? null
    : orElse(null, () => whyNotOf(path, uid, [uid, 0, unmappedUid()]));

const whyNotOf = (path: string, uid: number, owners: readonly (number | null)[]): string | null =>
  distrust(path, uid)?.why ?? foreignFile(path, uid, owners) ?? foreignDirectory(path, uid);

function foreignFile(path: string, uid: number, owners: readonly (number | null)[]): string | null {
  const file = statSync(path);
  if (!owners.includes(file.uid)) return `belongs to ${nameOf(file.uid)}`;
  const others = otherWriters(file, uid);
  return others === null ? null : `may be written by ${others}`;
}

/** Where others may exchange what lies below. In a sticky directory they may not: what is in it was looked at. */
function foreignDirectory(path: string, uid: number): string | null {
  for (let at = dirname(realpathSync(path)); ; at = dirname(at)) {
    const stat = statSync(at);
    if (![uid, 0, unmappedUid()].includes(stat.uid))
      return `lies in ${at}, which belongs to ${nameOf(stat.uid)}`;
    const others = (stat.mode & STICKY) === 0 ? otherWriters(stat, uid) : null;
    if (others !== null) return `lies in ${at}, where ${others} may exchange it`;
    if (dirname(at) === at) return null;
  }
}
