/**
 * One holder per path without flock(2), which only bun:ffi could call: SQLite takes fcntl(2) locks, which the kernel
 * frees when their holder ends, however it ended (I9). The database stays empty, and its file stays behind. Who holds
 * it is written beside it.
 */
import { Database, SQLiteError } from "bun:sqlite";
import { lstatSync, writeFileSync } from "node:fs";
import { textAt } from "../../trust/small-files.ts";
import { type LockNote, type LockHolder, type Lock, parseHolder, UNKNOWN_HOLDER } from "../lock.ts";

const OWNER_ONLY = 0o600;

const holderPath = (path: string): string => `${path}.holder`;

/** Takes the lock at once or says who has it. Throws an SQLiteError where the file cannot be opened. */
export const acquireFileLock = (
  path: string,
  about: LockNote = {},
): Lock | { readonly heldBy: LockHolder } => {
  const database = new Database(`${path}.db`, { create: true });
  try {
    database.run("PRAGMA busy_timeout = 0");
    // reserves the file: whoever begins the same is refused until we end
    database.run("BEGIN IMMEDIATE");
  } catch (error) {
    database.close();
    // the holder may be between its lock and its first word
    if (error instanceof SQLiteError && error.code?.startsWith("SQLITE_BUSY"))
      return { heldBy: parseHolder(textAt(holderPath(path), "ENOENT") ?? "") ?? UNKNOWN_HOLDER };
    throw error;
  }
  const holder: LockHolder = { pid: process.pid, startTicks: 0, since: Date.now(), ...about };
  writeFileSync(holderPath(path), `${JSON.stringify(holder)}\n`, { mode: OWNER_ONLY });
  const inode = inodeAt(`${path}.db`);
  let held = true;
  return {
    path,
    isInForce: () => held && inodeAt(`${path}.db`) === inode,
    [Symbol.dispose]: () => {
      if (!held) return;
      held = false;
      database.close();
    },
  };
};

const inodeAt = (path: string): number | undefined => lstatSync(path, { throwIfNoEntry: false })?.ino;
