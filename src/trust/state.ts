/**
 * Where the account keeps what outlives a run: the journal, the history, the ledger and what setup found. Not in the
 * project: what lies there may have come with a clone, and would be taken for something that we saw and did.
 */
import { accessSync, constants, mkdirSync, realpathSync, statSync } from "node:fs";
import { basename, join, isAbsolute } from "node:path";
import { orElse } from "../text/system-error.ts";
import { GROUP_WRITE, nameOf, OTHERS_WRITE, accountOf } from "./accounts.ts";
import { requireBelievable, UntrustedError, distrust } from "./path.ts";

const OWNER_ONLY = 0o700;
const MOST_NAME = 40;
const HASH_CHARACTERS = 16;

interface Account {
  readonly uid: number | null;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** `$XDG_STATE_HOME` where that is the account's own, else `~/.local/state`; in it our directory. None is made. */
export function stateDirectory({ uid, home, env }: Account): string {
  const { XDG_STATE_HOME: named = "" } = env;
  return join(isUsable(named, uid) ? named : join(home, ".local", "state"), "bun-watchdog");
}

/** `shop-1a2b…`: to be recognised by a person, and told apart by the hash of its real path. */
export function projectKey(projectRoot: string): string {
  const real = realPathOf(projectRoot);
  const name = basename(real)
    .replace(/[^\w.-]/gu, "_")
    .slice(0, MOST_NAME);
  const hash = new Bun.CryptoHasher("sha256").update(real).digest("hex").slice(0, HASH_CHARACTERS);
  return `${name === "" ? "root" : name}-${hash}`;
}

/** Where the folder is gone, or above it is one that may not be searched: as it was called then. */
const realPathOf = (path: string): string => orElse(path, () => realpathSync(path));

/**
 * Makes `path` (0700) and what is missing above it. Null: it is there, and this account's alone. Otherwise why not, as
 * the rest of a sentence.
 */
export function makePrivate(path: string, uid: number | null): string | null {
  try {
    requireBelievable(path, uid);
    mkdirSync(path, { recursive: true, mode: OWNER_ONLY });
    const stat = statSync(path);
    if (!stat.isDirectory()) return "is not a directory";
    if (uid !== null && stat.uid !== uid) return `belongs to ${nameOf(stat.uid)}`;
    if ((stat.mode & (OTHERS_WRITE | GROUP_WRITE)) !== 0)
      return `may be written by other accounts (chmod 700 ${path})`;
    accessSync(path, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    if (error instanceof UntrustedError) return `is not used: ${error.message}`;
    if (error instanceof Error && "code" in error) return `cannot be written (${String(error.code)})`;
    throw error;
  }
}

/** The account's home. It carries privileges, so the environment is believed only where it names one of the account's own. */
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
