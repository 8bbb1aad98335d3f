/** The history, for a task that can do without. */
import type { Database } from "bun:sqlite";
import type { Loaded } from "../../config/load.ts";
import { codeOf } from "../../record/complain.ts";
import { CommandError } from "../errors.ts";
import { statePath } from "../watch-ports.ts";

/**
 * What `use` says of the history, or, where there is none to be used, why. Throws when it is only locked right now:
 * a later try does better.
 */
export async function withHistory(
  loaded: Loaded,
  use: (history: Database) => string | Promise<string>,
): Promise<string> {
  if (!loaded.settings.history.enabled) return "there is no history (history.enabled is false)";
  const { openHistory } = await import("../../record/history/open.ts");
  try {
    using history = openHistory(statePath(loaded, "history.db"));
    return await use(history);
  } catch (error) {
    const code = codeOf(error);
    // SQLite's codes and open(2)'s; without one it is a bug, or a file of a newer version
    if (code === null) throw error;
    const why = error instanceof Error ? error.message : code;
    if (code.startsWith("SQLITE_BUSY"))
      throw new CommandError(`the history is in use by another process (${why}). Try again when it is free`);
    return `the history cannot be used: ${why}`;
  }
}
