/** Opens the history. SQLite in WAL mode: any number of commands read while the monitor writes. */
import { Database, SQLiteError } from "bun:sqlite";
import { closeSync, constants } from "node:fs";
import { dirname } from "node:path";
import { openBelieved } from "../../trust/open.ts";
import { ensureDirectory } from "../directory.ts";
import { requireOwnSchema } from "./own-schema.ts";
import { HistoryError, isDamage } from "./problem.ts";
import { SCHEMA_VERSION, TABLES } from "./schema.ts";
import { inodeAt, setAside } from "./set-aside.ts";

/** What cannot be written now is tried again later: a command does not wait for another's export. */
const BUSY_MS = 250;
/**
 * A file that several begin at once: SQLite lets none of them wait for the change to WAL, and on a loaded machine the
 * one that makes it may get no turn for a second. Shorter than the monitor waits for its writer (`clerk.ts`).
 */
const OPENING_MS = 3_000;
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [10, 160];

/**
 * auto_vacuum first, it holds only for a file that is still empty: what retention removes is given back page by page.
 * A checkpoint holds up the tick it falls into: with both cores busy it took 20 to 40 ms for 200 pages, and 130 to 170 ms for SQLite's default of 1,000.
 * The page cache is small, since a monitor writes the same few pages and holds them for months.
 */
const SETTINGS = `
PRAGMA busy_timeout = ${BUSY_MS};
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA wal_autocheckpoint = 200;
PRAGMA journal_size_limit = 1048576;
PRAGMA cache_size = -256;
`;

/** What SQLite cannot read was put aside under this name, and an empty history begun. */
export type OnDamage = (aside: string, because: string) => void;

/**
 * The database at `path`, made when missing: directory 0700, file 0600 (SQLite gives its companions the same), never
 * through a symbolic link. WAL with synchronous NORMAL: nothing committed is lost to a SIGKILL, a power cut may take
 * the last commits and never the file (https://sqlite.org/wal.html). Without `onDamage` a damaged file stays where it
 * is. Throws what open(2) throws, SQLiteError, and HistoryError for a damaged file and for one of a newer version.
 */
export function openHistory(path: string, onDamage?: OnDamage): Database {
  const inode = inodeAt(path);
  try {
    return openPatiently(path);
  } catch (error) {
    if (!isDamage(error)) throw error;
    if (onDamage === undefined)
      throw new HistoryError(
        `${path} is damaged: ${String(error)}. A monitor puts it aside and begins a new one; or move it away yourself.`,
        { cause: error },
      );
    const aside = setAside(path, inode, Date.now());
    if (aside !== null) onDamage(aside, String(error));
    return openPatiently(path);
  }
}

function openPatiently(path: string): Database {
  const untilMs = performance.now() + OPENING_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return open(path);
    } catch (error) {
      if (!isBusy(error) || performance.now() >= untilMs) throw error;
      Bun.sleepSync(pauseMs);
    }
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof SQLiteError && error.code?.startsWith("SQLITE_BUSY") === true;

function open(path: string): Database {
  ensureDirectory(dirname(path));
  closeSync(openBelieved(path, constants.O_RDWR | constants.O_CREAT));
  const database = new Database(path, { readwrite: true, strict: true });
  try {
    // none of it runs what a schema holds
    database.run(SETTINGS);
    requireOwnSchema(database, path);
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
        throw new HistoryError(
          `${path} was written by a newer bun-watchdog (format ${version}, this one knows ${SCHEMA_VERSION}). Update this one.`,
        );
      database.run(TABLES);
      database.run(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    })
    .immediate();
}
