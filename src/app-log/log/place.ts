/**
 * A log file may only be in a directory that belongs to this account or to root, and that is reached by no
 * link that another account made.
 */
import { constants, lstatSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { nameOf } from "../../trust/accounts.ts";
import { openBelieved, ownUid } from "../../trust/open.ts";
import { requireBelievable, UntrustedError } from "../../trust/path.ts";
import { orElse } from "../../text/system-error.ts";

const { O_APPEND, O_CREAT, O_RDWR } = constants;
/** The umask may take rights away from these. */
const [DIRECTORY_MODE, FILE_MODE] = [0o755, 0o640];

/**
 * Opens the file for reading and appending, and makes it and its directory where they are missing. Throws
 * what open(2) and mkdir(2) throw, and UntrustedError.
 */
export function openLog(path: string): number {
  const directory = dirname(path);
  const uid = ownUid();
  requireBelievable(directory, uid);
  mkdirSync(directory, { recursive: true, mode: DIRECTORY_MODE });
  const owner = statSync(directory).uid;
  if (uid !== null && owner !== uid && owner !== 0)
    throw new UntrustedError(
      `${directory} belongs to ${nameOf(owner)}, so no log is written there. Next: name a directory of your own`,
    );
  return openBelieved(path, O_RDWR | O_APPEND | O_CREAT, FILE_MODE);
}

/** `api-out.log`: ["api-out", ".log"]. */
export function partsOf(path: string): readonly [stem: string, ending: string] {
  const ending = extname(path);
  return [basename(path, ending), ending];
}

/**
 * Finds the path of a file that was at `path` when it had this inode: it may have been put aside meanwhile.
 * null: it is gone.
 */
export function findFile(path: string, device: number, inode: number): string | null {
  const is = (candidate: string): boolean => {
    const stat = lstatSync(candidate, { throwIfNoEntry: false });
    return stat?.ino === inode && stat.dev === device;
  };
  if (is(path)) return path;
  const directory = dirname(path);
  const [stem] = partsOf(path);
  const names = orElse([], () => readdirSync(directory)).filter((name) => name.startsWith(stem));
  return names.map((name) => join(directory, name)).find(is) ?? null;
}
