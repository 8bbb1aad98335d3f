/**
 * Notes when the bytes of a log file came: at most one note a second, `offset, time`, beside the checkpoint.
 * Lines stay as the app wrote them, and `logs --since` can still be answered. This is a convenience: a
 * failure here is not reported.
 */
import { appendFileSync, readFileSync, renameSync, rmSync } from "node:fs";
import { orElse } from "../../text/system-error.ts";

const EVERY_MS = 1_000;
const NOTE_BYTES = 16;
export const TIMES_ENDING = ".times";

/**
 * `notes` are those of the log file (log-files.ts). `asideMs`: when it was put aside; null = the current one.
 */
export const timesPath = (notes: string, asideMs: number | null): string =>
  asideMs === null ? notes + TIMES_ENDING : `${notes}.${asideMs}${TIMES_ENDING}`;

export class TimeNotes {
  readonly #notes: string;
  #lastMs = 0;

  constructor(notes: string) {
    this.#notes = notes;
  }

  /** Notes that the bytes that begin at `offset` of the log file came now. */
  came(offset: number, nowMs: number): void {
    // a clock that was set back is noted too
    if (Math.abs(nowMs - this.#lastMs) < EVERY_MS) return;
    this.#lastMs = nowMs;
    const note = Buffer.alloc(NOTE_BYTES);
    note.writeDoubleLE(offset, 0);
    note.writeDoubleLE(nowMs, NOTE_BYTES / 2);
    orElse(null, () => appendFileSync(timesPath(this.#notes, null), note, { mode: 0o600 }));
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

/** Answers questions about one log file from the notes. */
export class Times {
  readonly #offsets: number[] = [];
  readonly #atMs: number[] = [];

  static read(path: string): Times {
    return new Times(orElse(Buffer.alloc(0), () => readFileSync(path)));
  }

  constructor(notes: Buffer) {
    for (let at = 0; at + NOTE_BYTES <= notes.length; at += NOTE_BYTES) {
      const offset = notes.readDoubleLE(at);
      // somebody emptied the file: the notes from before are about other bytes
      while ((this.#offsets.at(-1) ?? -1) > offset) {
        this.#offsets.pop();
        this.#atMs.pop();
      }
      this.#offsets.push(offset);
      this.#atMs.push(notes.readDoubleLE(at + NOTE_BYTES / 2));
    }
  }

  /** The time when the byte came, to about a second; null = nobody noted it. */
  of(offset: number): number | null {
    let [from, to] = [0, this.#offsets.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#offsets[middle] ?? Infinity) <= offset) from = middle + 1;
      else to = middle;
    }
    return this.#atMs[from - 1] ?? null;
  }

  /**
   * Finds where the bytes begin that came at that moment or later; `size` if there are none. Bytes that
   * nobody noted count as earlier.
   */
  since(sinceMs: number, size: number): number {
    const note = this.#atMs.findIndex((atMs) => atMs + EVERY_MS > sinceMs);
    return this.#offsets[note] ?? size;
  }
}
