/**
 * Where locks and sockets of an account live. Two monitors of one account must meet there, whatever shell, cron job
 * or service started them: so it depends on the account and the machine alone, never on the environment.
 */
import { lstatSync, mkdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";

const OWNER_ONLY = 0o700;

/** Something is in the way, and who runs the watchdog has to decide what to do about it. */
export class RuntimeDirectoryError extends Error {
  override readonly name = "RuntimeDirectoryError";
  readonly code = "ERUNTIMEDIR";
}

/** The directories to try for this account, best first; none of them is created. */
export function runtimeDirectories(uid: number, run = "/run"): readonly string[] {
  // /run is root's own, a login session's /run/user/UID is the account's own; /tmp is everybody's
  if (uid === 0) return [join(run, "bun-watchdog"), "/tmp/bun-watchdog-0"];
  const session = join(run, "user", String(uid));
  const shared = `/tmp/bun-watchdog-${uid}`;
  return problemOf(session, uid) === null ? [join(session, "bun-watchdog"), shared] : [shared];
}

/**
 * The account's runtime directory, created 0700 when missing and verified to be ours.
 * Throws RuntimeDirectoryError when something else sits there, or nothing can be created.
 */
export function ensureRuntimeDirectory(uid: number, candidates = runtimeDirectories(uid)): string {
  const failures: string[] = [];
  for (const path of candidates) {
    const failure = make(path);
    if (failure !== null) {
      failures.push(`${path}: ${failure}`);
      continue;
    }
    const problem = problemOf(path, uid);
    if (problem === null) return path;
    throw new RuntimeDirectoryError(
      `${path} ${problem}, so locks kept there could be anybody's. Remove or rename it (as its owner or as root), then start again.`,
    );
  }
  throw new RuntimeDirectoryError(
    `No directory for locks can be created. ${failures.join("; ")}. Make one of them writable for user ${uid}.`,
  );
}

/** Why a candidate cannot be created; null when it is there. */
function make(path: string): string | null {
  try {
    mkdirSync(path, { mode: OWNER_ONLY });
    return null;
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST") return null;
    // /run is read-only in some containers, and closed to the root of a user namespace
    if (["ENOENT", "EACCES", "EPERM", "EROFS"].includes(code)) return code;
    throw error;
  }
}

/** What keeps a path from being a directory that only this account can write to; null when it is one. */
function problemOf(path: string, uid: number): string | null {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return "does not exist";
  if (stat.isSymbolicLink()) return "is a symbolic link";
  if (!stat.isDirectory()) return "is not a directory";
  if (stat.uid !== uid) return `belongs to user ${stat.uid}, not to user ${uid}`;
  const mode = stat.mode & 0o777;
  return mode === OWNER_ONLY ? null : `has mode ${mode.toString(8)} instead of 700`;
}

/**
 * A name inside that directory. Monitors in different PID namespaces see different processes and share /tmp and
 * /run all the same, so the namespace (pid_namespaces(7)) is part of the name where the system has one.
 */
export function runtimePath(directory: string, name: string, extension: string): string {
  const namespace = pidNamespace();
  return join(directory, `${name}${namespace === null ? "" : `-${namespace}`}.${extension}`);
}

/** Inode of this process's PID namespace; null on systems without them. */
function pidNamespace(): string | null {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? null;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";
