/**
 * Takes over what the journal says. The journal is what survives a SIGKILL (journal.ts), and everybody writes into it,
 * `cleanup` too: so the tables of kills and events come from it alone, and whoever reads them imports first.
 */
import type { Database } from "bun:sqlite";
import type { WatchdogEvent } from "../../core/plan/event.ts";
import { isRecord, parsedJson } from "../../text/json.ts";
import { writeEvent } from "./write-event.ts";
import { closeSync, fstatSync, readSync } from "node:fs";
import { openBelieved } from "../../trust/open.ts";
import { orElse } from "../../text/system-error.ts";
import { rotatedPaths } from "../../record/append-log.ts";

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
  using opened = new DisposableStack();
  const row = database.query<{ value: string }, [string]>("SELECT value FROM marks WHERE name = ?").get(MARK);
  const marks: readonly Mark[] = row === null ? [] : JSON.parse(row.value);
  const now: Mark[] = [];
  let [imported, hasRead] = [0, false];
  for (const file of filesAt(journalPath, opened)) {
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

/** How far a file has been read. It is known again by its beginning: an inode is given to the next file at once. */
interface Mark {
  /** Hash of its first `headBytes` bytes, which have been read and so never change. */
  readonly head: string;
  readonly headBytes: number;
  readonly offset: number;
}

/** Times with milliseconds are in there: no two journals begin alike. */
const HEAD_BYTES = 256;
const PART_BYTES = 262_144;
const NEWLINE = 10;

class JournalFile {
  readonly #fd: number;
  readonly #head: Buffer;
  readonly sizeBytes: number;
  readonly identity: string;

  constructor(fd: number) {
    const { size, dev, ino } = fstatSync(fd);
    this.#fd = fd;
    this.sizeBytes = size;
    this.identity = `${dev}:${ino}`;
    this.#head = this.#read(0, Math.min(size, HEAD_BYTES));
  }

  markAt(offset: number): Mark {
    const headBytes = Math.min(offset, HEAD_BYTES);
    return { head: this.#hash(headBytes), headBytes, offset };
  }

  isAt({ head, headBytes, offset }: Mark): boolean {
    return offset <= this.sizeBytes && headBytes > 0 && this.#hash(headBytes) === head;
  }

  /** Whole lines from `offset` on, as many as are read at once, and where they end; "" when there is none yet. */
  linesFrom(offset: number): { readonly text: string; readonly endOffset: number } {
    for (let most = PART_BYTES; ; most *= 2) {
      const bytes = this.#read(offset, Math.min(this.sizeBytes - offset, most));
      const end = bytes.lastIndexOf(NEWLINE) + 1;
      // a line may be longer than what is read at once
      if (end > 0 || bytes.length < most)
        return { text: bytes.toString("utf8", 0, end), endOffset: offset + end };
    }
  }

  #hash(bytes: number): string {
    return Bun.hash(this.#head.subarray(0, bytes)).toString(36);
  }

  #read(offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(Math.max(0, length));
    let filled = 0;
    while (filled < bytes.length) {
      const read = readSync(this.#fd, bytes, filled, bytes.length - filled, offset + filled);
      if (read === 0) break;
      filled += read;
    }
    return bytes.subarray(0, filled);
  }
}

/**
 * The current file and the put-aside ones, oldest first. Opened newest first, so that a rotation in between shows a
 * file twice, which is noticed, and never hides one.
 */
function filesAt(path: string, opened: DisposableStack): readonly JournalFile[] {
  const files: JournalFile[] = [];
  for (const each of [path, ...rotatedPaths(path)]) {
    // nothing has been recorded here yet, or not rotated that often
    const fd = orElse(null, () => openBelieved(each), "ENOENT");
    if (fd === null) continue;
    opened.defer(() => closeSync(fd));
    const file = new JournalFile(fd);
    if (!files.some(({ identity }) => identity === file.identity)) files.unshift(file);
  }
  return files;
}
