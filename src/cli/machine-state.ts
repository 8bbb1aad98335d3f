/**
 * What the machine may be out of, or not allow: never a mistake of ours, whoever hears of it first. By the code of the
 * system call (errno(3)) or of SQLite (https://sqlite.org/rescode.html); each with the next move.
 */

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
export function nextMove(error: Error): string | null {
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
