/**
 * The last look: one for all who ask within a second, so that however many ask, the monitor looks once a second at most. It is
 * text that is passed on: the processes themselves are known to the monitor and to the pages, and not here.
 */
import type { Loaded } from "../../config/load.ts";
import { MOST_KNOWN, type StatusAsked, type StatusNews } from "../../wire/documents/status-news.ts";
import type { MonitorSource } from "./monitor.ts";

export const EVERY_MS = 1_000;

/** Looks after which what they have left is collected: 5 ms, and the server stays 4 MB smaller with 500 processes. */
const COLLECTED_AFTER = 3;

/** Is told what is new since the look before, as JSON, under the name of its event. */
type OnNews = (event: "status" | "status-change", json: string) => void;

export class SharedLook {
  readonly #loaded: Loaded;
  readonly #monitor: MonitorSource;
  #onNews: OnNews | null = null;
  /** Of what the followers have. */
  readonly #numbers = new Map<string, string>();
  #whole: string | null = null;
  #sinceCollected = 0;
  #underWay: Promise<string | null> | null = null;

  constructor(loaded: Loaded, monitor: MonitorSource) {
    this.#loaded = loaded;
    this.#monitor = monitor;
  }

  /** From now on, or no more (null). Whoever follows begins with `text`. */
  follow(onNews: OnNews | null): void {
    this.#onNews = onNews;
    this.#numbers.clear();
    this.#whole = null;
  }

  /** The document of `status`, each row on a line (`shownIn`); at most a second old. */
  async text(): Promise<string> {
    // one that is under way may bring only what is new
    return this.#whole ?? (await this.next(true)) ?? this.text();
  }

  /** With every reading of every process: the monitor needs a second for 500 of them. */
  async fullText(): Promise<string> {
    const { whole } = await this.#ask({ known: [], whole: true, full: true });
    return whole ?? "";
  }

  /** Looks, or waits for the look that is under way. Resolves to the whole where somebody asked for it. */
  next(whole = false): Promise<string | null> {
    return (this.#underWay ??= this.#look(whole).finally(() => (this.#underWay = null)));
  }

  async #look(isWhole: boolean): Promise<string | null> {
    const numbers = this.#numbers;
    const areTooMany = numbers.size > MOST_KNOWN;
    if (areTooMany || this.#onNews === null) numbers.clear();
    const { whole, change, ...news } = await this.#ask({ known: [...numbers], whole: isWhole, full: false });
    for (const id of news.gone) numbers.delete(id);
    for (const [id, number] of news.numbers) numbers.set(id, number);
    if (change !== null) this.#onNews?.("status-change", change);
    else if (areTooMany && whole !== null) this.#onNews?.("status", whole);
    this.#whole = whole;
    if (++this.#sinceCollected >= COLLECTED_AFTER) {
      this.#sinceCollected = 0;
      Bun.gc(true);
    }
    if (whole !== null) setTimeout(() => this.#forget(whole), EVERY_MS).unref();
    return whole;
  }

  #forget(whole: string): void {
    if (this.#whole === whole) this.#whole = null;
  }

  #ask(asked: Pick<StatusAsked, "known" | "whole" | "full">): Promise<StatusNews> {
    const { policy, path } = this.#loaded;
    return this.#monitor.news({ at: { policy, path }, pid: process.pid, ...asked });
  }
}
