/** The history of the project a command runs in, up to date. */
import { SQLiteError, type Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import type { Loaded } from "../config/load.ts";
import { importJournal } from "../record/history/import-journal.ts";
import { openHistory } from "../record/history/open.ts";
import { CommandError } from "./errors.ts";
import { statePath } from "./watch-ports.ts";

/**
 * Opens it and takes over what the journal has gained since, so that it knows what happened a moment ago, with or
 * without a monitor. The caller closes it. @throws CommandError when there is none, or it cannot be used now.
 */
export function openHistoryOf(loaded: Loaded): Database {
  const [path, journal] = [statePath(loaded, "history.db"), statePath(loaded, "journal.jsonl")];
  if (!existsSync(path) && !(loaded.settings.history.enabled && existsSync(journal)))
    throw new CommandError(nothingYet(loaded, path));
  try {
    const database = openHistory(path);
    if (loaded.settings.history.enabled) importJournal(database, journal);
    return database;
  } catch (error) {
    if (error instanceof SQLiteError)
      throw new CommandError(`The history ${path} cannot be used: ${error.message}. Try again.`, {
        cause: error,
      });
    throw error;
  }
}

const nothingYet = ({ settings }: Loaded, path: string): string =>
  settings.history.enabled
    ? `There is no history at ${path} yet. A monitor records it: bun-watchdog monitor`
    : `There is no history at ${path}: history.enabled is false in the configuration.`;
