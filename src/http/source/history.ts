/** The history of whoever watches, only read: the monitor that writes it does not notice. */
import type { Database } from "bun:sqlite";
import { lstatSync } from "node:fs";
import type { Loaded } from "../../config/load.ts";
import type { HistoryCounts } from "../../history/store/counts.ts";
import { statePath, usualStatePath } from "../../host/state.ts";
import { codeOf, messageOf } from "../../text/system-error.ts";
import { HttpProblem } from "../problem.ts";
import { answering, type MonitorSource } from "./monitor.ts";

export class HistorySource {
  readonly #loaded: Loaded;
  readonly #monitor: MonitorSource;
  #counted: { readonly state: string; readonly counts: HistoryCounts | null } | null = null;

  constructor(loaded: Loaded, monitor: MonitorSource) {
    this.#loaded = loaded;
    this.#monitor = monitor;
  }

  /** What `use` makes of it; null = there is none. @throws HttpProblem where it cannot be read: it is damaged, or locked */
  async read<T>(use: (database: Database) => T): Promise<T | null> {
    const path = await this.#path();
    // only who reads has a use for SQLite
    const { openToRead } = await import("../../history/store/open.ts");
    try {
      using database = openToRead(path);
      return database === null ? null : use(database);
    } catch (error) {
      // HistoryError, SQLite's, or open(2)'s
      if (codeOf(error) === null) throw error;
      throw new HttpProblem(502, `The history cannot be read: ${messageOf(error)}`);
    }
  }

  /** Another one after every write. */
  async state(): Promise<string> {
    const path = await this.#path();
    return [path, stateOf(path), stateOf(`${path}-wal`)].join("\n");
  }

  /**
   * Read again once something was written. Nothing has happened where there is none yet; null = none is kept, or it cannot be
   * read.
   */
  async counts(): Promise<HistoryCounts | null> {
    const state = await this.state();
    if (this.#counted?.state !== state) this.#counted = { state, counts: await this.#readCounts() };
    return this.#counted.counts;
  }

  async #readCounts(): Promise<HistoryCounts | null> {
    if (!this.#loaded.settings.history.enabled) return null;
    const { NO_COUNTS, readCounts } = await import("../../history/store/counts.ts");
    try {
      return (await this.read(readCounts)) ?? NO_COUNTS;
    } catch (error) {
      // the metrics have a value that says so
      if (error instanceof HttpProblem) return null;
      throw error;
    }
  }

  /** A monitor writes into the records of the project that it was started in. */
  async #path(): Promise<string> {
    const project = answering(await this.#monitor.recentState())?.about.project ?? null;
    if (project === null || project === this.#loaded.projectRoot)
      return statePath(this.#loaded, "history.db");
    return usualStatePath({ ...this.#loaded, projectRoot: project }, "history.db");
  }
}

/** Changes with every write. */
function stateOf(path: string): string {
  const there = lstatSync(path, { throwIfNoEntry: false, bigint: true });
  return there === undefined ? "none" : `${there.ino} ${there.size} ${there.mtimeNs}`;
}
