/**
 * Reads one log from its present end: the lines that are there, and those that come, even if somebody puts
 * its file aside, empties or removes it meanwhile.
 */
import { closeSync, fstatSync, lstatSync, readSync, type Stats } from "node:fs";
import { orElse } from "../../text/system-error.ts";
import { openBelieved } from "../../trust/open.ts";
import { type PutAside, putAsideFiles } from "../log/rotation.ts";
import { Times, timesPath } from "../log/times.ts";
import { LineSplitter, type SplitLine } from "./line-splitter.ts";
import { openAside, plainSegment } from "./segment.ts";
import type { LineAuthor, LogSource } from "./sources.ts";

export interface LogLine {
  readonly by: LineAuthor;
  readonly bytes: Buffer;
  /** The time of the line, to about a second; null = nobody noted it. */
  readonly atMs: number | null;
}

export interface LineSelection {
  /** How many of the last lines are wanted. */
  readonly lines: number;
  readonly sinceMs: number | null;
}

const chunk = Buffer.allocUnsafeSlow(256 * 1_024);

export class LogReader implements Disposable {
  readonly #source: LogSource;
  readonly #notes: string;
  #fd = -1;
  #position = 0;
  #splitter = new LineSplitter(0);
  /** The notes about the current file. */
  #times = new Times();
  /** The files that had been put aside when the current file was opened. */
  #aside: readonly PutAside[] = [];

  /**
   * `notes`: the path, without an ending, of what the manager keeps about the log. Throws UntrustedError, and
   * what open(2) throws.
   */
  constructor(source: LogSource, notes: string) {
    this.#source = source;
    this.#notes = notes;
    this.#open();
  }

  /** Returns the lines that are there, oldest first. `news` returns those that come after them. */
  async *present({ lines, sinceMs }: LineSelection): AsyncGenerator<LogLine> {
    const parts: { readonly aside: PutAside; readonly start: number }[] = [];
    const current = await this.#startOfCurrent(lines, sinceMs);
    let left = lines - current.count;
    for (const aside of this.#aside.toReversed()) {
      if (left <= 0 || (sinceMs !== null && aside.atMs < sinceMs)) break;
      using segment = openAside(aside);
      if (segment === null) break;
      const from = sinceMs === null ? 0 : this.#timesOf(aside.atMs).since(sinceMs, segment.size());
      const { start, count } = await segment.last(left, from);
      parts.unshift({ aside, start });
      left -= count;
    }
    for (const { aside, start } of parts) yield* this.#linesOf(aside, start);
    this.#position = current.start;
    this.#splitter = new LineSplitter(current.start);
    yield* this.#added(false);
  }

  /** Returns the lines that were completed since the last time. */
  async *news(): AsyncGenerator<LogLine> {
    yield* this.#added(true);
    const there = lstatSync(this.#source.path, { throwIfNoEntry: false });
    if (there === undefined || (this.#fd >= 0 && isSame(there, fstatSync(this.#fd)))) return;
    const isFirst = this.#fd < 0;
    // the file's last lines may have come after we read it and before it was put aside or removed
    yield* this.#added(true);
    yield* this.rest();
    const lastMs = this.#aside.at(-1)?.atMs ?? 0;
    this.#close();
    this.#open();
    // the first of them is the file that we have read
    const missed = this.#aside.filter(({ atMs }) => atMs > lastMs).slice(isFirst ? 0 : 1);
    for (const aside of missed) yield* this.#linesOf(aside, 0);
    yield* this.#added(true);
  }

  /** Returns a last line that nobody has ended. */
  *rest(): Generator<LogLine> {
    for (const line of this.#splitter.end()) yield this.#line(line, this.#times, true);
  }

  [Symbol.dispose](): void {
    this.#close();
  }

  /** Opens the file, and lists what was put aside before it, as they were at one moment. */
  #open(): void {
    for (;;) {
      this.#fd = orElse(-1, () => openBelieved(this.#source.path), "ENOENT");
      this.#aside = putAsideFiles(this.#source.path);
      this.#beginAnew();
      const there = lstatSync(this.#source.path, { throwIfNoEntry: false });
      if (this.#fd < 0 ? there === undefined : there !== undefined && isSame(there, fstatSync(this.#fd)))
        return;
      this.#close();
    }
  }

  #close(): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }

  #beginAnew(): void {
    this.#position = 0;
    this.#splitter = new LineSplitter(0);
    this.#times = new Times();
  }

  #timesOf(asideMs: number): Times {
    return Times.read(timesPath(this.#notes, asideMs));
  }

  #line({ bytes, offset }: SplitLine, times: Times, isNew: boolean): LogLine {
    const note = times.of(offset);
    const by = this.#source.authors?.get(note?.spool ?? -1) ?? this.#source;
    return { by, bytes, atMs: isNew ? Date.now() : (note?.atMs ?? null) };
  }

  async #startOfCurrent(
    lines: number,
    sinceMs: number | null,
  ): Promise<{ readonly start: number; readonly count: number }> {
    if (this.#fd < 0) return { start: 0, count: 0 };
    const segment = plainSegment(this.#fd);
    this.#times.readOn(timesPath(this.#notes, null));
    const from = sinceMs === null ? 0 : this.#times.since(sinceMs, segment.size());
    if (lines <= 0) return { start: segment.size(), count: 0 };
    return await segment.last(lines, from);
  }

  async *#linesOf(aside: PutAside, start: number): AsyncGenerator<LogLine> {
    using segment = openAside(aside);
    if (segment === null) return;
    const times = this.#timesOf(aside.atMs);
    for await (const line of segment.lines(start)) yield this.#line(line, times, false);
  }

  /** `isNew`: the lines come now. */
  *#added(isNew: boolean): Generator<LogLine> {
    if (this.#fd < 0) return;
    // somebody emptied the file: its content is new
    if (fstatSync(this.#fd).size < this.#position) this.#beginAnew();
    for (;;) {
      const length = readSync(this.#fd, chunk, 0, chunk.length, this.#position);
      if (length === 0) return;
      this.#position += length;
      // a line is noted before it is written
      if (!isNew || this.#source.authors !== null) this.#times.readOn(timesPath(this.#notes, null));
      // others read into the same chunk while this generator waits to be asked for more
      for (const line of this.#splitter.add(Buffer.from(chunk.subarray(0, length))))
        yield this.#line(line, this.#times, isNew);
    }
  }
}

const isSame = (a: Stats, b: Stats): boolean => a.ino === b.ino && a.dev === b.dev;
