/**
 * Whether a file that nobody named may govern jobs. A monitor finds it by walking up from where a job works, so it must
 * be this account's through and through: nobody else can have written it, or have put it, or what leads to it, there.
 */
import { realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { distrust, nameOf } from "../trust/path.ts";
import { unmappedUid } from "../trust/user-namespace.ts";
import { otherWriters } from "../trust/writers.ts";

const STICKY = 0o1000;

/** Why not, as the rest of a sentence about it; null = it may. */
export function whyNotGoverning(path: string, uid: number | null): string | null {
  if (uid === null) return null;
  try {
    return distrust(path, uid)?.why ?? foreignFile(path, uid) ?? foreignDirectory(path, uid);
  } catch (error) {
    if (error instanceof Error && "code" in error) return `cannot be looked at (${String(error.code)})`;
    throw error;
  }
}

/** Root's own is not enough: it governs the jobs of this account. */
function foreignFile(path: string, uid: number): string | null {
  const file = statSync(path);
  if (file.uid !== uid) return `belongs to ${nameOf(file.uid)}`;
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
