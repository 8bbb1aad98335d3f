/** The account's home. It carries privileges, so the environment is believed only where it names one of the account's own. */
import { accessSync, constants, statSync } from "node:fs";
import { isAbsolute } from "node:path";
import { orElse } from "../core/system-error.ts";
import { accountOf } from "./accounts.ts";
import { distrust } from "./path.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where nothing is that belongs to anybody: what is looked for there is not found, and nothing can be made. */
export const NOWHERE = "/";

/**
 * `$HOME` where it is this account's own (or root's, for a plain account), else the one in passwd(5): `sudo` and
 * `docker run -u` keep somebody else's. "/" where neither can be used.
 */
export function homeOf(
  uid: number | null,
  env: Environment,
  passwdHome = (): string => (uid === null ? "" : (accountOf(uid)?.home ?? "")),
): string {
  const { HOME: named = "" } = env;
  if (isUsable(named, uid)) return named;
  const own = passwdHome();
  return isUsable(own, uid) ? own : NOWHERE;
}

/** A directory that this account may use for its own: absolute, its own or root's, and nobody else's on the way. */
export function isUsable(home: string, uid: number | null): boolean {
  if (!isAbsolute(home)) return false;
  if (uid === null) return true;
  // EACCES: root's, or below a directory of another account
  return orElse(false, () => {
    const stat = statSync(home, { throwIfNoEntry: false });
    // one that is not there yet, or that may be made: as it was asked for
    if (stat === undefined) return distrust(home, uid) === null;
    if (!stat.isDirectory() || (stat.uid !== uid && stat.uid !== 0) || distrust(home, uid) !== null)
      return false;
    accessSync(home, constants.X_OK);
    return true;
  });
}
