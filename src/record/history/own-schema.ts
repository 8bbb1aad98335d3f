/**
 * A history is believed only with the tables that this program makes. A trigger, a view, a check or a generated column
 * of somebody else's would run with our next write, and need never end (https://sqlite.org/security.html).
 */
import { Database } from "bun:sqlite";
import { printable } from "../../core/mask.ts";
import { ForeignSchemaError } from "./problem.ts";
import { TABLES } from "./schema.ts";

interface Entry {
  readonly type: string;
  readonly name: string;
  readonly sql: string;
}

/** What SQLite makes by itself has no text, or is one of its statistics. */
const WRITTEN =
  "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

const entriesOf = (database: Database): readonly Entry[] => database.query<Entry, []>(WRITTEN).all();

let own: ReadonlyMap<string, string> | null = null;

const ownEntries = (): ReadonlyMap<string, string> => {
  if (own !== null) return own;
  using made = new Database(":memory:");
  made.run(TABLES);
  own = new Map(entriesOf(made).map(({ type, name, sql }) => [`${type} ${name}`, sql]));
  return own;
};

/** Before anything else is done with the file. @throws ForeignSchemaError */
export function requireOwnSchema(database: Database, path: string): void {
  for (const { type, name, sql } of entriesOf(database))
    if (ownEntries().get(`${type} ${name}`) !== sql)
      throw new ForeignSchemaError(
        `${path} holds a ${printable(type, 20)} ${JSON.stringify(printable(name, 60))} that bun-watchdog did not make`,
      );
}
