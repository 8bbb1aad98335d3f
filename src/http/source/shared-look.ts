/** The last look: one for all who ask within a second, so that however many ask, the monitor looks once a second at most. */
import type { Loaded } from "../../config/load.ts";
import {
  aged,
  statusChange,
  type StatusChange,
  type StatusDocument,
} from "../../wire/documents/status-change.ts";
import { MOST_KNOWN, withNews } from "../../wire/documents/status-news.ts";
import type { MonitorSource } from "./monitor.ts";

export const EVERY_MS = 1_000;

/**
 * Looks after which what they have left is collected: by itself the engine lets its heap grow first. Measured with a page open,
 * after half a minute: 18 MB instead of 24 with 500 processes, most of it left by the first look. It takes 5 ms.
 */
const [AFTER_FIRST, BETWEEN] = [3, 30];

export class SharedLook {
  readonly #loaded: Loaded;
  readonly #monitor: MonitorSource;
  readonly #nowMs: () => number;
  #document: StatusDocument | null = null;
  #numbers = new Map<string, string>();
  #lookedMs = Number.NEGATIVE_INFINITY;
  #looking: Promise<StatusDocument> | null = null;
  #text: string | null = null;
  #untilCollected = BETWEEN;
  /** Is told of each look what has changed since the one before. */
  onChange: ((change: StatusChange) => void) | null = null;

  constructor(loaded: Loaded, monitor: MonitorSource, nowMs: () => number) {
    this.#loaded = loaded;
    this.#monitor = monitor;
    this.#nowMs = nowMs;
  }

  /** At most a second old. */
  async recent(): Promise<StatusDocument> {
    const isRecent = this.#document !== null && this.#nowMs() - this.#lookedMs < EVERY_MS;
    return isRecent && this.#document !== null ? this.#document : this.next();
  }

  /** The same as JSON; written once for all who ask. */
  async text(): Promise<string> {
    const document = await this.recent();
    return (this.#text ??= JSON.stringify(document));
  }

  next(): Promise<StatusDocument> {
    return (this.#looking ??= this.#look().finally(() => (this.#looking = null)));
  }

  async #look(): Promise<StatusDocument> {
    const { policy, path } = this.#loaded;
    // of what it is not asked about nobody says that it has gone
    if (this.#numbers.size > MOST_KNOWN) this.#numbers.clear();
    const known = [...this.#numbers];
    const news = await this.#monitor.news({ at: { policy, path }, pid: process.pid, known });
    for (const id of news.gone) this.#numbers.delete(id);
    for (const [id, number] of news.numbers) this.#numbers.set(id, number);
    const before = this.#document;
    const now = aged(withNews(known.length === 0 ? null : before, news));
    if (before !== null) this.onChange?.(statusChange(before, now, Bun.deepEquals));
    if (before === null) this.#untilCollected = AFTER_FIRST;
    if (--this.#untilCollected === 0) {
      this.#untilCollected = BETWEEN;
      Bun.gc(true);
    }
    [this.#document, this.#text, this.#lookedMs] = [now, null, this.#nowMs()];
    return now;
  }
}
