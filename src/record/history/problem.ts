/** What can be wrong with a history as a whole. The message says what to do about it. */
import { SQLiteError } from "bun:sqlite";

export class HistoryError extends Error {
  readonly code = "HISTORY";
}

/** There is something in the file that this program did not make: it would run with every write of ours. */
export class ForeignSchemaError extends HistoryError {}

/** SQLite can make nothing of the file, or of a part of it (https://sqlite.org/rescode.html), or we must not. */
export const isDamage = (error: unknown): boolean =>
  error instanceof ForeignSchemaError ||
  (error instanceof SQLiteError && /^SQLITE_(?:CORRUPT|NOTADB)/.test(error.code ?? ""));
