/** Reads the journal back, tolerating what a crash or a full disk leaves behind. */
import type { WatchdogEvent } from "../core/event.ts";
import { readBelieved } from "../trust/open.ts";
import { codeOf } from "../core/system-error.ts";
import { rotatedPaths } from "./rotate.ts";

export interface JournalContents {
  /** Oldest first. */
  readonly events: readonly WatchdogEvent[];
  /** Lines that are no event: cut off, or not ours. */
  readonly torn: number;
}

/** The put-aside files and the current one, as one sequence; empty when there is none. */
export function readJournal(path: string, keep = 3): JournalContents {
  const parts = [...rotatedPaths(path, keep).toReversed(), path].map((file) => parseJournal(readText(file)));
  return {
    events: parts.flatMap((part) => part.events),
    torn: parts.reduce((sum, part) => sum + part.torn, 0),
  };
}

/** A line is taken for an event when it is an object with a time and a type; a line still being written counts as torn. */
export function parseJournal(text: string): JournalContents {
  const events: WatchdogEvent[] = [];
  let torn = 0;
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const event = parseLine(line);
    if (event === null) torn++;
    else events.push(event);
  }
  return { events, torn };
}

function parseLine(line: string): WatchdogEvent | null {
  try {
    const value: unknown = JSON.parse(line);
    return isEvent(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const isEvent = (value: unknown): value is WatchdogEvent =>
  typeof value === "object" &&
  value !== null &&
  "type" in value &&
  typeof value.type === "string" &&
  "atMs" in value &&
  typeof value.atMs === "number";

function readText(path: string): string {
  try {
    return readBelieved(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return "";
    throw error;
  }
}
