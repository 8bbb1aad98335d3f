/** Failures a person caused or can mend, or that are the machine's state. Only the edge prints them; everything else is a bug. */
import { messageOf } from "./system-error.ts";

/** Exit 2: the command line or the configuration is wrong. */
export class UsageError extends Error {
  readonly code = "USAGE";
}

/** By its code: a program that is built in several files has several copies of the class. */
export const isUsage = (error: unknown): error is UsageError =>
  error instanceof Error && "code" in error && error.code === "USAGE";

/** Exit 1: understood, tried, and could not be done. The message ends with the next move. */
export class CommandError extends Error {
  readonly code = "FAILED";
}

/** Errors that say themselves how they print (ConfigError with file, line and caret). */
interface Printable extends Error {
  readonly code: string;
  format(): string;
}

const isPrintable = (error: unknown): error is Printable =>
  error instanceof Error && "format" in error && typeof error.format === "function";

/** Codes of failures in the rooms below whose message already says what to do next. */
const EXPLAINED = new Set([
  "FAILED",
  "HISTORY",
  "MONITOR",
  "PROC_NAMESPACE",
  "TOO_FEW_DESCRIPTORS",
  "NO_SHELL",
  "PROCESS_LIST",
  "UNSUPPORTED_PLATFORM",
  "ERUNTIMEDIR",
  "ELEDGER",
  "EUNTRUSTED",
]);
/** As above, and what is wrong is what was asked for. */
const MISUSED = new Set(["UNKNOWN_BACKEND", "USAGE"]);

const hasCodeOf = (codes: ReadonlySet<string>, error: unknown): boolean =>
  error instanceof Error && "code" in error && codes.has(String(error.code));

/** What the user sees on stderr, and the exit code: 2 for usage and config, 1 for the rest. */
export function describeFailure(error: unknown, debug: boolean): { text: string; exitCode: 1 | 2 } {
  if (isPrintable(error)) return { text: error.format(), exitCode: 2 };
  const text = messageOf(error);
  if (hasCodeOf(MISUSED, error)) return { text: `error: ${text}`, exitCode: 2 };
  if (debug && error instanceof Error) return { text: error.stack ?? text, exitCode: 1 };
  if (hasCodeOf(EXPLAINED, error)) return { text: `error: ${text}`, exitCode: 1 };
  const next = error instanceof Error ? nextMove(error) : null;
  if (next !== null) return { text: `error: ${text.replace(/\.$/u, "")}. ${next}`, exitCode: 1 };
  return {
    text: `error: ${text}\nThis is a bug in bun-watchdog. Run again with DEBUG=1 for the trace.`,
    exitCode: 1,
  };
}

const FREE_SPACE = "The disk, or this account's share of it, is full. Free some space there, then try again.";
const READ_ONLY = "The file system is mounted read-only. Mount it writable, or name a place that is.";
const NO_LOCKS =
  "The file system there has no locks (a network or FUSE mount without them?). Mount it with locks, or make /run or /tmp a local one.";
const DENIED =
  "This account may not do that there. Give it the right to (chown, chmod), or run this as another account.";
const SHORTAGE =
  "The machine, or a limit on this account, has no more of it (ulimit -a, pids.max). Free some, then try again.";
const BROKEN_DISK = "The disk or the network mount does not answer as it should. Look at: dmesg";
const NOT_THERE = "Something else is in its place, or it is gone. Look at it: ls -ld";

const NEXT: ReadonlyMap<string, string> = new Map([
  ...["ENOSPC", "EDQUOT", "EFBIG", "SQLITE_FULL"].map((code) => [code, FREE_SPACE] as const),
  ...["EROFS", "SQLITE_READONLY"].map((code) => [code, READ_ONLY] as const),
  ...["ENOLCK", "ENOTSUP", "EOPNOTSUPP", "SQLITE_PROTOCOL"].map((code) => [code, NO_LOCKS] as const),
  ...["EACCES", "EPERM", "SQLITE_PERM", "SQLITE_CANTOPEN"].map((code) => [code, DENIED] as const),
  ...["EMFILE", "ENFILE", "ENOMEM", "EAGAIN", "ERR_WORKER_OUT_OF_MEMORY", "SQLITE_NOMEM"].map(
    (code) => [code, SHORTAGE] as const,
  ),
  ...["EIO", "ESTALE", "ENODEV", "ETIMEDOUT", "SQLITE_IOERR"].map((code) => [code, BROKEN_DISK] as const),
  ...["ELOOP", "ENOTDIR", "EISDIR", "ENXIO", "ENAMETOOLONG", "EEXIST", "ENOTEMPTY", "EBUSY"].map(
    (code) => [code, NOT_THERE] as const,
  ),
  ["SQLITE_BUSY", "Another process has it locked. Try again."],
]);

/** What to do about a failure of that code; null when the code is none of the machine's. */
function nextMove(error: Error): string | null {
  if (!("code" in error)) return null;
  const code = String(error.code);
  // SQLite's extended codes begin with the plain one
  return NEXT.get(code) ?? NEXT.get(code.split("_").slice(0, 2).join("_")) ?? null;
}

/** The working directory. @throws an Error that says so when it is gone (getcwd(2)). */
export function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw Object.assign(
      new Error(
        `The folder that this runs in cannot be used any more (${String(error.code)}): it was removed, or a folder above it may not be searched. Change to one that is there: cd`,
        { cause: error },
      ),
      { code: "FAILED" },
    );
  }
}
