/**
 * Takes over what the journal says. The journal is what survives a SIGKILL (journal.ts), and everybody writes into it,
 * `cleanup` too: so the tables of kills and events come from it alone, and whoever reads them imports first.
 */
import type { Database } from "bun:sqlite";
import type { WatchdogEvent } from "../../core/event.ts";
import { isRecord, parsedJson } from "../../core/json.ts";
import { JournalFiles, type Mark } from "./journal-files.ts";
import { writeEvent } from "./write-event.ts";

/** In `marks`: how far each file of the journal has been read. */
const MARK = "journal";

/**
 * Reads what is new in the journal at `journalPath` and in its put-aside files. Returns how many events that was. A line
 * that is not complete yet is left for the next time, one that never will be is passed over. A quarter of a megabyte and the
 * mark behind it are one transaction that excludes other writers: two processes at once import nothing twice. Throws
 * SQLiteError (busy, full) and what open(2) throws; nothing is lost then.
 */
export function importJournal(database: Database, journalPath: string): number {
  const part = database.transaction(() => takeOver(database, journalPath));
  let sum = 0;
  for (;;) {
    const { imported, isDone } = part.immediate();
    sum += imported;
    if (isDone) return sum;
  }
}

function takeOver(database: Database, journalPath: string): { imported: number; isDone: boolean } {
  using journal = new JournalFiles(journalPath);
  const marks = readMarks(database);
  const now: Mark[] = [];
  let [imported, hasRead] = [0, false];
  for (const file of journal.oldestFirst) {
    let offset = marks.find((mark) => file.isAt(mark))?.offset ?? 0;
    if (!hasRead && offset < file.sizeBytes) {
      const { text, endOffset } = file.linesFrom(offset);
      hasRead = endOffset > offset;
      offset = endOffset;
      for (const event of eventsIn(text).filter(isComplete)) {
        writeEvent(database, event);
        imported++;
      }
    }
    if (offset > 0) now.push(file.markAt(offset));
  }
  if (hasRead) database.query("INSERT OR REPLACE INTO marks VALUES (?, ?)").run(MARK, JSON.stringify(now));
  return { imported, isDone: !hasRead };
}

function readMarks(database: Database): readonly Mark[] {
  const row = database.query<{ value: string }, [string]>("SELECT value FROM marks WHERE name = ?").get(MARK);
  return row === null ? [] : JSON.parse(row.value);
}

/** A line is taken for an event when it is an object with a time and a type; a crash or a full disk leaves others behind. */
export const eventsIn = (text: string): readonly WatchdogEvent[] =>
  text.split("\n").flatMap((line) => {
    const value = line === "" ? null : parsedJson(line);
    return isEvent(value) ? [value] : [];
  });

const isEvent = (value: unknown): value is WatchdogEvent =>
  isRecord(value) && typeof value["type"] === "string" && typeof value["atMs"] === "number";

/** Every column needs its value; a line of another version that lacks one must not stop what comes after it. */
function isComplete(event: WatchdogEvent): boolean {
  if (!Number.isSafeInteger(event.atMs)) return false;
  if (event.type !== "intent" && event.type !== "outcome") return true;
  const { stepId, rule, victim }: Partial<typeof event> = event;
  const { evidence, targets: list }: { evidence?: unknown; targets?: unknown } =
    event.type === "intent" ? event : { evidence: "", targets: event.outcomes };
  return (
    [stepId, rule, victim?.command, evidence].every((text) => typeof text === "string") &&
    Number.isSafeInteger(victim?.id?.pid) &&
    Array.isArray(list)
  );
}
