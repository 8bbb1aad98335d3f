/** The history, for a task that can do without. */
import type { Database } from "bun:sqlite";
import type { Loaded } from "../../config/load.ts";
import { codeOf } from "../../record/complain.ts";
import { CommandError } from "../errors.ts";
import { statePath } from "../watch-ports.ts";

/**
 * What `use` says of the history, the journal taken over, or why there is none to be used. Throws when it is only
 * locked right now: a later try does better.
 */
export async function withHistory(loaded: Loaded, use: (history: Database) => string): Promise<string> {
  if (!loaded.settings.history.enabled) return "there is no history (history.enabled is false)";
  const [{ openHistory }, { importJournal }] = await Promise.all([
    import("../../record/history/open.ts"),
    import("../../record/history/import-journal.ts"),
  ]);
  try {
    using history = openHistory(statePath(loaded, "history.db"));
    importJournal(history, statePath(loaded, "journal.jsonl"));
    return use(history);
  } catch (error) {
    const code = codeOf(error);
    // SQLite's, open(2)'s, and HISTORY for a file that is damaged or newer; without one it is a bug
    if (code === null) throw error;
    const why = error instanceof Error ? error.message : code;
    if (code.startsWith("SQLITE_BUSY"))
      throw new CommandError(`the history is in use by another process (${why}). Try again when it is free`);
    return `the history cannot be used: ${why}`;
  }
}
