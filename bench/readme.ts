/** Puts the tables of a measurement between its two markers in docs/benchmarks.md. */
import { readFileSync, writeFileSync } from "node:fs";

/** The text with what was between the markers of `name` replaced; null when it has no such markers. */
export function between(text: string, name: string, inserted: string): string | null {
  const opening = `<!-- bench:${name}:start -->`;
  const start = text.indexOf(opening);
  const end = text.indexOf(`<!-- bench:${name}:end -->`, start);
  if (start < 0 || end < 0) return null;
  return `${text.slice(0, start + opening.length)}\n\n${inserted.trim()}\n\n${text.slice(end)}`;
}

/** False when the file has no markers. */
export function updateTables(path: string, name: string, inserted: string): boolean {
  const updated = between(readFileSync(path, "utf8"), name, inserted);
  if (updated === null) return false;
  writeFileSync(path, updated);
  return true;
}
