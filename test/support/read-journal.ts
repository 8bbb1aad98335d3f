/** The journal read back, with what a crash or a full disk left behind counted. */
import { existsSync, readFileSync } from "node:fs";
import type { WatchdogEvent } from "../../src/core/plan/event.ts";
import { eventsIn } from "../../src/history/store/import-journal.ts";
import { rotatedPaths } from "../../src/record/append-log.ts";

export interface JournalContents {
  /** Oldest first. */
  readonly events: readonly WatchdogEvent[];
  /** Lines that are no event: cut off, or not ours. */
  readonly torn: number;
}

/** The put-aside files and the current one, as one sequence; empty when there is none. */
export const readJournal = (path: string): JournalContents =>
  parseJournal(
    [...rotatedPaths(path).toReversed(), path]
      .map((file) => (existsSync(file) ? readFileSync(file, "utf8") : ""))
      .join("\n"),
  );

export function parseJournal(text: string): JournalContents {
  const events = eventsIn(text);
  return { events, torn: text.split("\n").filter((line) => line !== "").length - events.length };
}
