/** One registered program: the connection, what it has said, and what it was asked. */
import { processName, type ProcessId } from "../../../core/process/process.ts";
import type { GCStats } from "../../../core/program/metrics.ts";
import type { ProgramDocument } from "../../../wire/documents/programs.ts";
import {
  ArrivingLines,
  PROGRAMS_VERSION,
  type ProgramLine,
  type ProgramReading,
  type ServerLine,
} from "../../../wire/programs.ts";
import { parseProgramLine } from "./program-line.ts";

/** Two minutes of readings: who wants more looks for longer. */
const MOST_READINGS = 120;
const MOST_COLLECTIONS = 20;
/** A reading a second, the answers to what it is asked, and some that a held-up loop sends late. */
const MOST_LINES_PER_SECOND = 20;

export type Collected = { readonly gcStats: GCStats } | { readonly because: string };

type Id = Pick<ProcessId, "pid" | "startTicks">;

export class RegisteredProgram {
  readonly id: Id;
  readonly #say: (line: ServerLine) => void;
  readonly #lines = new ArrivingLines();
  readonly #asked = new Map<number, (collected: Collected) => void>();
  #hello: Extract<ProgramLine, { readonly type: "hello" }> | null = null;
  #readings: ProgramReading[] = [];
  #collections: ProgramDocument["collections"] = [];
  #second = 0;
  #heard = 0;
  #asks = 0;

  constructor(id: Id, say: (line: ServerLine) => void) {
    this.id = id;
    this.#say = say;
  }

  /** It has said who it is. */
  get isKnown(): boolean {
    return this.#hello !== null;
  }

  /** false: it says what no program of ours says, or too much; it is not to be heard any more. */
  hear(piece: Uint8Array, nowMs: number): boolean {
    const texts = this.#lines.add(piece);
    if (texts === null || this.#isTooMuch(texts.length, nowMs)) return false;
    return texts.every((text) => this.#take(parseProgramLine(text), nowMs));
  }

  async collect(force: boolean, withinMs: number): Promise<Collected> {
    const ask = ++this.#asks;
    const { promise, resolve } = Promise.withResolvers<Collected>();
    this.#asked.set(ask, resolve);
    const because = `it did not answer within ${withinMs / 1_000} s: its event loop is held up, or it is stopped`;
    const timer = setTimeout(() => resolve({ because }), withinMs);
    try {
      this.#say({ type: "collect", ask, force });
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#asked.delete(ask);
    }
  }

  /** The connection is gone. */
  end(): void {
    for (const resolve of this.#asked.values())
      resolve({ because: "it has ended, or taken its registration back" });
  }

  document(): ProgramDocument {
    return {
      id: processName(this.id),
      pid: this.id.pid,
      name: this.#hello?.name ?? "",
      mayCollect: this.#hello?.mayCollect ?? false,
      readings: this.#readings,
      collections: this.#collections,
    };
  }

  #isTooMuch(lines: number, nowMs: number): boolean {
    const second = Math.floor(nowMs / 1_000);
    if (second !== this.#second) [this.#second, this.#heard] = [second, 0];
    return (this.#heard += lines) > MOST_LINES_PER_SECOND;
  }

  #take(line: ProgramLine | null, nowMs: number): boolean {
    if (line === null) return false;
    switch (line.type) {
      case "hello":
        if (line.version !== PROGRAMS_VERSION) return false;
        this.#hello = line;
        return true;
      case "reading":
        // it speaks for itself alone
        this.#readings = [...this.#readings, { ...line.reading, pid: this.id.pid }].slice(-MOST_READINGS);
        return true;
      case "collected": {
        const at = new Date(nowMs).toISOString();
        this.#collections = [...this.#collections, { ...line.gcStats, at }].slice(-MOST_COLLECTIONS);
        this.#asked.get(line.ask)?.(line);
        return true;
      }
      case "refused":
        this.#asked.get(line.ask)?.(line);
        return true;
    }
  }
}
