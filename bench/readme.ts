/** Puts the tables between the two markers of docs/benchmarks.md. */
import { readFileSync, writeFileSync } from "node:fs";

const START = "<!-- bench:start -->";
const END = "<!-- bench:end -->";

/** The text with what was between the markers replaced; null when it has no such markers. */
export function between(text: string, inserted: string): string | null {
  const start = text.indexOf(START);
  const end = text.indexOf(END, start);
  if (start < 0 || end < 0) return null;
  return `${text.slice(0, start + START.length)}\n\n${inserted.trim()}\n\n${text.slice(end)}`;
}

/** False when the file has no markers. */
export function updateTables(path: string, inserted: string): boolean {
  const updated = between(readFileSync(path, "utf8"), inserted);
  if (updated === null) return false;
  writeFileSync(path, updated);
  return true;
}
