/** The history, for a task that can do without. */
import type { Database } from "bun:sqlite";
import type { Loaded } from "../../config/load.ts";
import { codeOf } from "../../core/system-error.ts";
import { CommandError } from "../errors.ts";
import { statePath } from "../state.ts";

export type Used<T> =
  | { readonly value: T }
  /** There is no history to be used: a clause of a sentence. */
  | { readonly why: string };

/** What `use` makes of the history, the journal taken over. Throws when it is only locked: a later try does better. */
export async function withHistory<T>(loaded: Loaded, use: (history: Database) => T): Promise<Used<T>> {
  if (!loaded.settings.history.enabled) return { why: "there is no history (history.enabled is false)" };
  const [{ openHistory }, { importJournal }] = await Promise.all([
    import("../../record/history/open.ts"),
    import("../../record/history/import-journal.ts"),
  ]);
  try {
    using history = openHistory(statePath(loaded, "history.db"));
    importJournal(history, statePath(loaded, "journal.jsonl"));
    return { value: use(history) };
  } catch (error) {
    const code = codeOf(error);
    // SQLite's, open(2)'s, and HISTORY for a file that is damaged or newer; without one it is a bug
    if (code === null) throw error;
    const why = error instanceof Error ? error.message : code;
    if (code.startsWith("SQLITE_BUSY"))
      throw new CommandError(`the history is in use by another process (${why}). Try again when it is free`);
    return { why: `the history cannot be used: ${why}` };
  }
}
