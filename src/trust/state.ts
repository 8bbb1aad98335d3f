/**
 * Where the account keeps what outlives a run: the journal, the history, the ledger and what setup found. Not in the
 * project: what lies there may have come with a clone, and would be taken for something that we saw and did.
 */
import { accessSync, constants, mkdirSync, realpathSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { isUsable } from "./home.ts";
import { orElse } from "../core/system-error.ts";
import { GROUP_WRITE, nameOf, OTHERS_WRITE } from "./accounts.ts";
import { requireBelievable, UntrustedError } from "./path.ts";

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
