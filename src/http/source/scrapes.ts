/**
 * What `/metrics` tells of is asked for once a second at most, however many scrape, and only while somebody does: what a monitor
 * is asked costs it time. The text alone is kept, which is short.
 */
import type { Format } from "../metrics/text.ts";

interface Kept {
  readonly atMs: number;
  readonly text: Promise<string>;
}

const KEPT_FOR_MS = 1_000;

export class Scrapes {
  readonly #make: (format: Format) => Promise<string>;
  readonly #nowMs: () => number;
  readonly #kept = new Map<Format, Kept>();

  constructor(make: (format: Format) => Promise<string>, nowMs: () => number) {
    this.#make = make;
    this.#nowMs = nowMs;
  }

  text(format: Format): Promise<string> {
    const last = this.#kept.get(format);
    const atMs = this.#nowMs();
    if (last !== undefined && atMs - last.atMs < KEPT_FOR_MS) return last.text;
    const text = this.#make(format);
    this.#kept.set(format, { atMs, text });
    // a failure is told to whoever waits for it, and not kept
    text.catch(() => this.#kept.delete(format));
    return text;
  }
}
