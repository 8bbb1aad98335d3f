/** A history, up to date. */
import { SQLiteError, type Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Loaded } from "../config/load.ts";
import type { About } from "../monitor/report.ts";
import { codeOf } from "../core/system-error.ts";
import { importJournal } from "../record/history/import-journal.ts";
import { HistoryError, openHistory } from "../record/history/open.ts";
import { CommandError } from "./errors.ts";
import { typed } from "../trust/typed.ts";

/**
 * Opens it and takes over what the journal has gained since, so that it knows what happened a moment ago, with or
 * without a monitor; where that cannot be written now, a warning says so. The caller closes it.
 * @throws CommandError when it cannot be read, and HistoryError.
 */
export function openRecordsIn(loaded: Loaded, directory: string): Database {
  const [path, journal] = [join(directory, "history.db"), join(directory, "journal.jsonl")];
  try {
    const database = openHistory(path);
    if (loaded.settings.history.enabled) bringUpToDate(database, journal);
    return database;
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** There is something to open. */
export const hasRecords = ({ settings: { history } }: Loaded, directory: string): boolean =>
  existsSync(join(directory, "history.db")) ||
  (history.enabled && existsSync(join(directory, "journal.jsonl")));

/** Words what a person is told when the file cannot be opened or read; any other failure stays what it is. */
export function unreadable(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || codeOf(error) === null || error instanceof HistoryError) return error;
  const next =
    error instanceof SQLiteError ? "Try again." : "It has to be a file that this account may read and write.";
  return new CommandError(`The history ${path} cannot be read: ${error.message}. ${next}`, { cause: error });
}

function bringUpToDate(database: Database, journal: string): void {
  try {
    importJournal(database, journal);
  } catch (error) {
    // SQLite's, or open(2)'s and read(2)'s of the journal
    if (!(error instanceof Error) || codeOf(error) === null) throw error;
    console.error(`warning: the history is not up to date: ${error.message}`);
  }
}

/** `monitor`: the one that watches this project, if there is one. */
export function nothingYet({ settings }: Loaded, path: string, monitor: About | undefined): string {
  if (!settings.history.enabled)
    return `There is no history at ${path}: history.enabled is false in the configuration.`;
  const next =
    monitor === undefined
      ? `A monitor records it: ${typed("monitor")}`
      : `The monitor ${monitor.pid} has nothing to tell about this project so far: its first rows come within a minute.`;
  return `There is no history at ${path} yet. ${next}`;
}
