/** Opens the history. SQLite in WAL mode: any number of commands read while the monitor writes. */
import { pauseAfter } from "../../text/back-off.ts";
import { Database, SQLiteError } from "bun:sqlite";
import { closeSync, constants, lstatSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { printable } from "../../text/mask.ts";
import { codeOf, orElse } from "../../text/system-error.ts";
import { openBelieved } from "../../trust/open.ts";
import { ensureDirectory } from "../../record/replace-file.ts";
import { SCHEMA_VERSION, TABLES } from "./schema.ts";

/** A write that fails now is tried again later: a command does not wait for another's export. */
const BUSY_MS = 250;
/**
 * A file that several begin at once: SQLite lets none of them wait for the change to WAL, and on a loaded machine the
 * one that makes it may get no turn for a second. Shorter than the monitor waits for its writer (`clerk.ts`).
 */
const OPENING_MS = 3_000;
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [10, 160];

const READER_SETTINGS = `
PRAGMA busy_timeout = ${BUSY_MS};
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
PRAGMA cache_size = -256;
`;

/**
 * auto_vacuum first, it holds only for a file that is still empty: what retention removes is given back page by page.
 * A checkpoint holds up the tick it falls into: with both cores busy it took 20 to 40 ms for 200 pages, and 130 to 170 ms for SQLite's default of 1,000.
 * The page cache is small, since a monitor writes the same few pages and holds them for months.
 */
const SETTINGS = `
${READER_SETTINGS}
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA wal_autocheckpoint = 200;
PRAGMA journal_size_limit = 1048576;
`;

/** What can be wrong with a history as a whole. The message says what to do about it. */
export class HistoryError extends Error {
  readonly code = "HISTORY";
}

/** There is something in the file that this program did not make: it would run with every write of ours. */
class ForeignSchemaError extends HistoryError {}

/** SQLite can make nothing of the file, or of a part of it (https://sqlite.org/rescode.html), or we must not. */
export const isDamage = (error: unknown): boolean =>
  error instanceof ForeignSchemaError ||
  (error instanceof SQLiteError && /^SQLITE_(?:CORRUPT|NOTADB)/.test(error.code ?? ""));

/**
 * The database at `path`, made when missing: directory 0700, file 0600 (SQLite gives its companions the same), never
 * through a symbolic link. WAL with synchronous NORMAL: nothing committed is lost to a SIGKILL, a power cut may take
 * the last commits and never the file (https://sqlite.org/wal.html). Throws what open(2) throws, SQLiteError, and
 * HistoryError for a damaged file, which stays where it is, and for one of a newer version.
 */
export function openHistory(path: string): Database {
  try {
    return openOrFail(path);
  } catch (error) {
    if (!isDamage(error)) throw error;
    const next = "A monitor puts it aside and begins a new one; or move it away yourself.";
    throw new HistoryError(`${path} is damaged: ${String(error)}. ${next}`, { cause: error });
  }
}

/** The same; a damaged file is told by `isDamage`. */
export function openOrFail(path: string): Database {
  const untilMs = performance.now() + OPENING_MS;
  for (let failures = 0; ; failures++) {
    try {
      return open(path);
    } catch (error) {
      const isBusy = codeOf(error)?.startsWith("SQLITE_BUSY") === true;
      if (!isBusy || performance.now() >= untilMs) throw error;
      Bun.sleepSync(pauseAfter(failures, FIRST_PAUSE_MS, LONGEST_PAUSE_MS));
    }
  }
}

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

/** For who only reads: nothing is made, and nothing can be written. null = there is none yet. Throws what `openOrFail` throws. */
export function openToRead(path: string): Database | null {
  const fd = orElse(null, () => openBelieved(path), "ENOENT");
  if (fd === null) return null;
  closeSync(fd);
  const database = new Database(path, { readonly: true, strict: true });
  try {
    database.run(READER_SETTINGS);
    requireOwnSchema(database, path);
    if (versionOf(database) === SCHEMA_VERSION) return database;
    requireKnown(versionOf(database), path);
    database.close();
    return null;
  } catch (error) {
    database.close();
    throw error;
  }
}

function migrate(database: Database, path: string): void {
  const make = database.transaction(() => {
    if (versionOf(database) === SCHEMA_VERSION) return;
    requireKnown(versionOf(database), path);
    database.run(TABLES);
    database.run(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  });
  if (versionOf(database) !== SCHEMA_VERSION) make.immediate();
}

const versionOf = (database: Database): number =>
  database.query<{ user_version: number }, []>("PRAGMA user_version").get()?.user_version ?? 0;

function requireKnown(version: number, path: string): void {
  const known = `format ${version}, this one knows ${SCHEMA_VERSION}`;
  if (version > SCHEMA_VERSION)
    throw new HistoryError(`${path} was written by a newer bun-watchdog (${known}). Update this one.`);
}

/** What SQLite makes by itself has no text, or is one of its statistics. */
const WRITTEN =
  "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

type Entry = Readonly<Record<"type" | "name" | "sql", string>>;

const entriesOf = (database: Database): readonly Entry[] => database.query<Entry, []>(WRITTEN).all();

const keyOf = ({ type, name }: Omit<Entry, "sql">): string => `${type} ${name}`;

/** Who reads often makes it once. */
let own: ReadonlyMap<string, string> | null = null;

function ownSchema(): ReadonlyMap<string, string> {
  using made = new Database(":memory:");
  made.run(TABLES);
  return new Map(entriesOf(made).map((entry) => [keyOf(entry), entry.sql]));
}

/**
 * A history is believed only with the tables that this program makes. A trigger, a view, a check or a generated column
 * of somebody else's would run with our next write, and need never end (https://sqlite.org/security.html).
 */
function requireOwnSchema(database: Database, path: string): void {
  const entries = entriesOf(database);
  if (entries.length === 0) return;
  own ??= ownSchema();
  const foreign = entries.find(({ type, name, sql }) => own?.get(keyOf({ type, name })) !== sql);
  if (foreign === undefined) return;
  const what = `${printable(foreign.type, 20)} ${JSON.stringify(printable(foreign.name, 60))}`;
  throw new ForeignSchemaError(`${path} holds a ${what} that bun-watchdog did not make`);
}

/**
 * A damaged history is kept, out of the way: somebody may still save what is in it. Renames the file and what SQLite keeps
 * beside it, and returns the new name; null when the file with this inode is gone: somebody else was faster. Throws what
 * rename(2) throws.
 */
export function setAside(path: string, inode: number | null, nowMs: number): string | null {
  if (inode === null || inodeAt(path) !== inode) return null;
  const aside = `${path}.damaged-${new Date(nowMs).toISOString().replaceAll(":", "")}`;
  for (const suffix of ["", "-wal", "-shm"])
    orElse(null, () => renameSync(path + suffix, aside + suffix), "ENOENT");
  return aside;
}

/** null = there is no file, or none that could be looked at: to open it says why. */
export const inodeAt = (path: string): number | null => orElse(null, () => lstatSync(path).ino);
