/** `history export`: the documented forms, in pieces. */
import type { ExportedRow, TableName } from "../../record/history/read-rows.ts";

export interface ExportHead {
  readonly at: string;
  readonly since: string | null;
  readonly until: string | null;
}

export type Tables = Iterable<readonly [TableName, Iterable<ExportedRow>]>;

/** One object: `{schemaVersion, at, since, until, <table>: [row, …], …}`, a row per line. */
export function* exportJson(head: ExportHead, tables: Tables): Generator<string> {
  yield JSON.stringify({ schemaVersion: 1, ...head }).slice(0, -1);
  for (const [table, rows] of tables) {
    let before = `,\n"${table}":[\n`;
    for (const row of rows) {
      yield before + JSON.stringify(row);
      before = ",\n";
    }
    yield before === ",\n" ? "\n]" : `,\n"${table}":[]`;
  }
  yield "\n}\n";
}

/** A row per line, with its table's name first. */
export function* exportLines(tables: Tables): Generator<string> {
  for (const [table, rows] of tables) for (const row of rows) yield `${JSON.stringify({ table, ...row })}\n`;
}

/** The same text in fewer pieces: a system call per row would take longer than the rows. */
export function* inChunks(pieces: Iterable<string>, characters = 65_536): Generator<string> {
  let chunk = "";
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < characters) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}
