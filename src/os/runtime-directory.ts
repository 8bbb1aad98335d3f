/**
 * Where locks and sockets of an account live. Two monitors of one account must meet there, whatever shell, cron job
 * or service started them: so it depends on the account and the machine alone, never on the environment. In /tmp
 * everybody may be faster than we are: what another account put there is never read, and stops nobody.
 */
import { linkAt } from "../trust/small-files.ts";
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { codeOf, orElse } from "../text/system-error.ts";

const OWNER_ONLY = 0o700;

/** Something is in the way, and who runs the watchdog has to decide what to do about it. */
export class RuntimeDirectoryError extends Error {
  override readonly name = "RuntimeDirectoryError";
  readonly code = "ERUNTIMEDIR";
}

/** Everybody's; in a container whose disk is read-only often the one that is not. */
const MEMORY = "/dev/shm";

/** The directories to try for this account, best first; none of them is created. */
export function runtimeDirectories(
  uid: number,
  run = "/run",
  shared = "/tmp",
  memory = MEMORY,
): readonly string[] {
  // /run is root's own, a login session's /run/user/UID is the account's own; /tmp is everybody's
  const usual = join(shared, nameFor(uid));
  const own = uid === 0 ? [join(run, "bun-watchdog")] : sessionOf(uid, run);
  const isOurs = (path: string): boolean => problemOf(path, uid) === null;
  // all of /tmp is read only where something may have been made there
  const usualProblem = problemOf(usual, uid);
  const isSettled = usualProblem === null || (!usualProblem.isForeign && own.some(isOurs));
  const others = [...(isSettled ? [] : sparesIn(shared, uid)), join(memory, nameFor(uid))];
  if (usualProblem === null) return [...own, usual, ...others];
  // whoever took the usual name may give it back while a monitor keeps its locks in another one
  const { ours = [], not = [] } = Object.groupBy(others, (path) => (isOurs(path) ? "ours" : "not"));
  return [...own, ...ours, usual, ...not];
}

const nameFor = (uid: number): string => `bun-watchdog-${uid}`;

function sessionOf(uid: number, run: string): readonly string[] {
  const session = join(run, "user", String(uid));
  return problemOf(session, uid) === null ? [join(session, "bun-watchdog")] : [];
}

/** Lists what this account made because its usual name was taken. The account that took that one cannot foresee these. */
function sparesIn(shared: string, uid: number): readonly string[] {
  return sparesNamedIn(shared, uid)
    .map((name) => join(shared, name))
    .filter((path) => problemOf(path, uid) === null);
}

const spares = new Map<string, { readonly changedMs: number; readonly names: readonly string[] }>();
/** Longer than a clock of any file system stands still: what was changed just now may change again at the same time. */
const SETTLED_MS = 2_000;

/** A watch asks in every tick, and everybody may fill /tmp: it is read again only when it has changed. */
function sparesNamedIn(shared: string, uid: number): readonly string[] {
  const key = join(shared, nameFor(uid));
  const changedMs = statSync(shared).mtimeMs;
  const known = spares.get(key);
  if (known?.changedMs === changedMs) return known.names;
  const names = readdirSync(shared)
    .filter((name) => name.startsWith(`${nameFor(uid)}-`))
    .toSorted();
  if (Date.now() - changedMs > SETTLED_MS) spares.set(key, { changedMs, names });
  return names;
}

/** Those that are there and this account's alone: the only ones to read from, to connect to and to obey. */
export const ownRuntimeDirectories = (uid: number, candidates = runtimeDirectories(uid)): readonly string[] =>
  candidates.filter((path) => problemOf(path, uid) === null);

/**
 * The account's runtime directory, created 0700 when missing and verified to be ours. What another account put in its
 * place is passed over. Throws RuntimeDirectoryError when something of our own sits there, or nothing can be created.
 */
export function ensureRuntimeDirectory(
  uid: number,
  candidates = runtimeDirectories(uid),
  shared = "/tmp",
): string {
  const failures: string[] = [];
  for (const path of candidates) {
    const failure = make(path);
    if (failure === null && isUsable(path, uid)) return path;
    failures.push(failure === null ? `${path} ${problemOf(path, uid)?.what}` : `${path}: ${failure}`);
  }
  if (problemOf(join(shared, nameFor(uid)), uid)?.isForeign === true) {
    const spare = makeSpare(shared, uid);
    if (spare !== null) return spare;
  }
  throw new RuntimeDirectoryError(
    `No directory for locks can be created. ${failures.join("; ")}. Make one of them writable for user ${uid}.`,
  );
}

/** It is there, and ours alone. Throws RuntimeDirectoryError where our own account has put something else there. */
function isUsable(path: string, uid: number): boolean {
  const problem = problemOf(path, uid);
  if (problem === null) return true;
  if (problem.isForeign || problem.isMissing) return false;
  throw new RuntimeDirectoryError(
    `${path} ${problem.what}, so locks kept there could be anybody's. Remove or rename it (as its owner or as root), then start again.`,
  );
}

/** mkdir(2), and the reasons for which another place is tried. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  "ENOENT",
  "EACCES",
  "EPERM",
  "EROFS",
  "ENOSPC",
  "EDQUOT",
  "ENOTDIR",
]);

/** Why a candidate cannot be created; null when it is there. */
function make(path: string): string | null {
  try {
    mkdirSync(path, { mode: OWNER_ONLY });
    return null;
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST") return null;
    // /run is read-only in some containers, and closed to the root of a user namespace
    if (code !== null && ELSEWHERE.has(code)) return code;
    throw error;
  }
}

/** 0700, mkdtemp(3). */
const makeSpare = (shared: string, uid: number): string | null =>
  orElse(null, () => mkdtempSync(join(shared, `${nameFor(uid)}-`)), ...ELSEWHERE);

interface PathProblem {
  readonly what: string;
  /** Another account made it: nothing that our own account could have to say about. */
  readonly isForeign: boolean;
  readonly isMissing: boolean;
}

/** Says what keeps a path from being a directory that only this account can write to; null when it is one. */
function problemOf(path: string, uid: number): PathProblem | null {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return { what: "does not exist", isForeign: false, isMissing: true };
  const isForeign = stat.uid !== uid;
  const is = (what: string): PathProblem => ({ what, isForeign, isMissing: false });
  if (stat.isSymbolicLink()) return is("is a symbolic link");
  if (!stat.isDirectory()) return is("is not a directory");
  if (isForeign) return is(`belongs to user ${stat.uid}, not to user ${uid}`);
  const mode = stat.mode & 0o777;
  return mode === OWNER_ONLY ? null : is(`has mode ${mode.toString(8)} instead of 700`);
}

/**
 * A name inside that directory. Monitors in different PID namespaces see different processes and share /tmp and
 * /run all the same, so the namespace (pid_namespaces(7)) is part of the name where the system has one.
 */
export function runtimePath(directory: string, name: string, extension: string): string {
  const namespace = pidNamespace();
  return join(directory, `${name}${namespace === null ? "" : `-${namespace}`}.${extension}`);
}

/** Whether it is in the runtime directory of the account that owns that one: a socket there is a service's of ours. */
export function isRuntimePath(path: string): boolean {
  // asked of every socket's name: most are told by it alone
  if (!path.includes("/bun-watchdog")) return false;
  const directory = dirname(path);
  const uid = lstatSync(directory, { throwIfNoEntry: false })?.uid;
  return uid !== undefined && ownRuntimeDirectories(uid).includes(directory);
}

/** Inode of this process's PID namespace; null on systems without them, and where /proc does not show it. */
export function pidNamespace(): string | null {
  return /\d+/.exec(linkAt("/proc/self/ns/pid", "ENOENT", "EACCES") ?? "")?.[0] ?? null;
}
