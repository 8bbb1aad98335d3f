/** Opens the history. SQLite in WAL mode: any number of commands read while the monitor writes. */
import { Database } from "bun:sqlite";
import { closeSync, constants, openSync } from "node:fs";
import { dirname } from "node:path";
import { ensureDirectory } from "../directory.ts";
import { SCHEMA_VERSION, TABLES } from "./schema.ts";

/** A monitor's tick must not wait for a command's export; what cannot be written now is tried again. */
const BUSY_MS = 250;

/**
 * The database at `path`, made when missing: directory 0700, file 0600, never through a symbolic link. WAL with
 * synchronous NORMAL: nothing committed is lost to a SIGKILL, a power cut may take the last commits and never the file
 * (https://sqlite.org/wal.html). Throws what open(2) throws and SQLiteError; a file of a newer version says so.
 */
export function openHistory(path: string): Database {
  ensureDirectory(dirname(path));
  closeSync(openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600));
  const database = new Database(path, { readwrite: true, strict: true });
  try {
    database.run(`PRAGMA busy_timeout = ${BUSY_MS}`);
    database.run("PRAGMA journal_mode = WAL");
    database.run("PRAGMA synchronous = NORMAL");
    migrate(database, path);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function migrate(database: Database, path: string): void {
  const versionOf = (): number =>
    database.query<{ user_version: number }, []>("PRAGMA user_version").get()?.user_version ?? 0;
  if (versionOf() === SCHEMA_VERSION) return;
  database
    .transaction(() => {
      const version = versionOf();
      if (version === SCHEMA_VERSION) return;
      if (version > SCHEMA_VERSION)
        throw new Error(`${path} was written by a newer bun-watchdog (version ${version}). Update this one.`);
      database.run(TABLES);
      database.run(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    })
    .immediate();
}
