/** What can be wrong with a history as a whole. The message says what to do about it. */
import { SQLiteError } from "bun:sqlite";

export class HistoryError extends Error {
  readonly code = "HISTORY";
}

/** SQLite can make nothing of the file, or of a part of it (https://sqlite.org/rescode.html). */
export const isDamage = (error: unknown): boolean =>
  error instanceof SQLiteError && /^SQLITE_(?:CORRUPT|NOTADB)/.test(error.code ?? "");
