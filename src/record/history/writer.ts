/**
 * The hand on the history: rows wait in memory and are written together. What a disk may do (full, locked,
 * unreadable, gone) is said once, and costs rows only when it lasts for hours; kills it never costs, they are in the journal.
 */
import { SQLiteError, type Database } from "bun:sqlite";
import type { UnendedJob } from "../../core/chronicle/jobs.ts";
import type { Rows } from "../../core/chronicle/rows.ts";
import { codeOf } from "../complain.ts";
import { importPart } from "./import-journal.ts";
import { openHistory } from "./open.ts";
import { isDamage } from "./problem.ts";
import { inodeAt, setAside } from "./set-aside.ts";
import { readUnended } from "./unended.ts";
import { writeRows } from "./write-rows.ts";

export interface WriterOptions {
  readonly path: string;
  readonly journalPath: string;
  /** For the log: what is wrong, and that it is over. */
  readonly complain: (what: string) => void;
}

/** A busy day of a hundred processes; 2 MB. */
const MOST_ROWS = 5_000;

const countOf = ({ ticks, jobs, exits, verdicts }: Rows): number =>
  ticks.length + jobs.length + exits.length + verdicts.length;

export class HistoryWriter implements Disposable {
  readonly #options: WriterOptions;
  #open: { readonly database: Database; readonly inode: number | null } | null = null;
  #waiting: Rows[] = [];
  #rows = 0;
  #lost = 0;
  /** What was said to be wrong; null = nothing is. */
  #trouble: string | null = null;
  #journalHasNews = true;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /** What is wrong at the moment; null = nothing is. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Rows that wait. */
  get waiting(): number {
    return this.#rows;
  }

  /** Jobs that the last monitor left as living; none when there is no history yet, or it cannot be read. */
  unended(): readonly UnendedJob[] {
    // made with the first rows: a monitor's start does not wait for a disk
    if (inodeAt(this.#options.path) === null) return [];
    let jobs: readonly UnendedJob[] = [];
    this.#attempt((database) => {
      importPart(database, this.#options.journalPath);
      jobs = readUnended(database);
    });
    return jobs;
  }

  add(rows: Rows): void {
    const count = countOf(rows);
    if (count === 0) return;
    this.#waiting.push(rows);
    this.#rows += count;
    while (this.#rows > MOST_ROWS) {
      const dropped = countOf(this.#waiting.shift() ?? rows);
      this.#rows -= dropped;
      this.#lost += dropped;
    }
  }

  /** The journal has gained something. */
  journalGrew(): void {
    this.#journalHasNews = true;
  }

  /** Writes what waits and takes over a part of the journal. Never throws; false = there is more of the journal. */
  flush(): boolean {
    let isDone = true;
    this.#attempt((database) => {
      database.transaction(() => this.#waiting.forEach((rows) => writeRows(database, rows))).immediate();
      [this.#waiting, this.#rows] = [[], 0];
      if (!this.#journalHasNews) return;
      ({ isDone } = importPart(database, this.#options.journalPath));
      this.#journalHasNews = !isDone;
    });
    return isDone;
  }

  #attempt(act: (database: Database) => void): void {
    try {
      act(this.#database());
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (this.#trouble === null && this.#lost === 0) return;
    const lost = this.#lost === 0 ? "" : `; ${this.#lost} rows of it are lost`;
    [this.#trouble, this.#lost] = [null, 0];
    this.#options.complain(`the history ${this.#options.path} is written again${lost}`);
  }

  /** Opened when it is needed, and anew when the file was removed or replaced. */
  #database(): Database {
    const { path, complain } = this.#options;
    if (this.#open !== null && this.#open.inode === inodeAt(path)) return this.#open.database;
    this.#close();
    const database = openHistory(path, (aside, because) => complain(damaged(path, aside, because)));
    this.#open = { database, inode: inodeAt(path) };
    this.#journalHasNews = true;
    return database;
  }

  #fail(error: unknown): void {
    const { path, complain } = this.#options;
    const inode = this.#open?.inode ?? null;
    // only a locked one is as good as it was
    if (!(error instanceof SQLiteError && error.code?.startsWith("SQLITE_BUSY"))) this.#close();
    const what = error instanceof Error ? error.message : String(error);
    if (isDamage(error) && this.#putAside(inode, what)) return;
    if (this.#trouble === what) return;
    this.#trouble = what;
    complain(
      `the history ${path} cannot be written: ${what}. Trying again every minute; kills are in the journal.`,
    );
  }

  /** false: it stays where it is. */
  #putAside(inode: number | null, because: string): boolean {
    const { path, complain } = this.#options;
    try {
      const aside = setAside(path, inode, Date.now());
      if (aside !== null) complain(damaged(path, aside, because));
      return aside !== null;
    } catch (error) {
      // a directory that takes no new names: read-only, or somebody else's
      if (codeOf(error) === null) throw error;
      return false;
    }
  }

  #close(): void {
    this.#open?.database.close();
    this.#open = null;
  }

  [Symbol.dispose](): void {
    this.#close();
  }
}

const damaged = (path: string, aside: string, because: string): string =>
  `the history ${path} is damaged (${because}) and was put aside as ${aside}; a new one begins, with the kills that the journal has`;
