/**
 * Notes when the bytes of a log file came and which spool they came from: `offset, time, spool`, at most one
 * note a second for each spool that goes on writing, beside the checkpoint. Lines stay as the app wrote them,
 * and `logs --since` and `--json` can still be answered. This is a convenience: a failure here is not reported.
 */
import { appendFileSync, readFileSync, renameSync, rmSync } from "node:fs";
import { orElse } from "../../text/system-error.ts";

const EVERY_MS = 1_000;
/** Nothing that is written at a multiple of these tears. */
const [OFFSET_AT, TIME_AT, SPOOL_AT, NOTE_BYTES] = [0, 6, 12, 16];
const NUMBER_BYTES = 6;
export const TIMES_ENDING = ".times";

/**
 * `notes` are those of the log file (log-files.ts). `asideMs`: when it was put aside; null = the current one.
 */
export const timesPath = (notes: string, asideMs: number | null): string =>
  asideMs === null ? notes + TIMES_ENDING : `${notes}.${asideMs}${TIMES_ENDING}`;

export class TimeNotes {
  readonly #notes: string;
  #lastMs = 0;
  #lastSpool = 0;

  constructor(notes: string) {
    this.#notes = notes;
  }

  /** Notes that the bytes that begin at `offset` of the log file come now. */
  come(offset: number, nowMs: number, spool: number): void {
    // a clock that was set back is noted too
    if (spool === this.#lastSpool && Math.abs(nowMs - this.#lastMs) < EVERY_MS) return;
    const note = noteOf(offset, nowMs, spool);
    const isNoted = orElse(false, () => {
      appendFileSync(timesPath(this.#notes, null), note, { mode: 0o600 });
      return true;
    });
    // what is not known is better than what is wrong
    if (!isNoted && spool !== this.#lastSpool) this.begin();
    else [this.#lastMs, this.#lastSpool] = [nowMs, spool];
  }

  /** Begins anew: the log file is empty, or a new one. */
  begin(): void {
    this.#lastMs = 0;
    orElse(null, () => rmSync(timesPath(this.#notes, null), { force: true }));
  }

  putAside(asideMs: number): void {
    orElse(null, () => renameSync(timesPath(this.#notes, null), timesPath(this.#notes, asideMs)));
    this.#lastMs = 0;
  }

  forget(asideMs: number): void {
    orElse(null, () => rmSync(timesPath(this.#notes, asideMs), { force: true }));
  }
}

export function noteOf(offset: number, atMs: number, spool: number): Buffer {
  const note = Buffer.alloc(NOTE_BYTES);
  note.writeUIntLE(offset, OFFSET_AT, NUMBER_BYTES);
  note.writeUIntLE(Math.round(atMs), TIME_AT, NUMBER_BYTES);
  note.writeUInt32LE(spool, SPOOL_AT);
  return note;
}

interface Note {
  readonly offset: number;
  /** To about a second. */
  readonly atMs: number;
  readonly spool: number;
}

/** Answers questions about one log file from the notes. */
export class Times {
  readonly #notes: Note[] = [];
  #taken = 0;

  static read(path: string): Times {
    const times = new Times();
    times.readOn(path);
    return times;
  }

  readOn(path: string): void {
    this.take(orElse(Buffer.alloc(0), () => readFileSync(path)));
  }

  /** `notes`: all that there are now; those that have been taken are passed over. */
  take(notes: Buffer): void {
    for (; this.#taken + NOTE_BYTES <= notes.length; this.#taken += NOTE_BYTES) {
      const note = notes.subarray(this.#taken);
      const offset = note.readUIntLE(OFFSET_AT, NUMBER_BYTES);
      // somebody emptied the file: the notes from before are about other bytes
      while ((this.#notes.at(-1)?.offset ?? -1) > offset) this.#notes.pop();
      const atMs = note.readUIntLE(TIME_AT, NUMBER_BYTES);
      this.#notes.push({ offset, atMs, spool: note.readUInt32LE(SPOOL_AT) });
    }
  }

  /** The note about the byte; null = nobody noted it. */
  of(offset: number): Note | null {
    let [from, to] = [0, this.#notes.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#notes[middle]?.offset ?? Infinity) <= offset) from = middle + 1;
      else to = middle;
    }
    return this.#notes[from - 1] ?? null;
  }

  /**
   * Finds where the bytes begin that came at that moment or later; `size` if there are none. Bytes that
   * nobody noted count as earlier.
   */
  since(sinceMs: number, size: number): number {
    return this.#notes.find(({ atMs }) => atMs + EVERY_MS > sinceMs)?.offset ?? size;
  }
}
