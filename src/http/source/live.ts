/**
 * The stream of `/api/events`. Every change is put into words once, and each page comes for what it does not have
 * (wire/feed.ts): so a page that is slow or gone holds up nobody, and one that comes back names the last one it has.
 */
import { Feed, type Cursor } from "../../wire/feed.ts";
import { frameOf } from "../event-stream.ts";
import type { OpenSource, Source } from "./source.ts";

/** A page that was away for less than that many changes gets them; another one begins anew. */
const MOST_KEPT = 64;
/** A page that is loaded anew comes back within this. */
const LINGER_MS = 5_000;
const MOST_FOLLOWERS = 128;

interface Opened {
  readonly name: string;
  readonly source: OpenSource;
}

export class Live implements AsyncDisposable {
  readonly #sources: readonly Source[];
  /** A new one with each opening of the sources: what was kept of the last one is nobody's place any more. */
  #feed = new Feed<string>(MOST_KEPT);
  #opened: readonly Opened[] | null = null;
  #followers = 0;
  #closing: Timer | null = null;

  constructor(sources: readonly Source[]) {
    this.#sources = sources;
  }

  get isFull(): boolean {
    return this.#followers >= MOST_FOLLOWERS;
  }

  /** Frames of an event stream. `last`: the `id` of the last one that the reader has. */
  async *follow(last: string | null, signal: AbortSignal): AsyncGenerator<string, void> {
    this.#enter();
    try {
      let cursor = cursorOf(last);
      while (!signal.aborted) {
        const batch = await this.#feed.read(cursor, () => this.#whole(), signal);
        if (signal.aborted) return;
        const { feed, next } = (cursor = batch.cursor);
        const first = next - batch.changes.length;
        // one line after a silence: the reader knows that somebody is there
        if (batch.snapshot === null && batch.changes.length === 0) yield ": nothing new\n\n";
        if (batch.snapshot !== null) yield `${batch.snapshot}id: ${feed}.${next}\n\n`;
        for (const [at, frame] of batch.changes.entries()) yield `id: ${feed}.${first + at + 1}\n${frame}`;
      }
    } finally {
      this.#leave();
    }
  }

  async #whole(): Promise<string> {
    const opened = this.#opened ?? [];
    const wholes = await Promise.all(
      opened.map(async ({ name, source }) => frameOf(name, await source.whole())),
    );
    return wholes.join("");
  }

  #enter(): void {
    this.#followers++;
    if (this.#closing !== null) clearTimeout(this.#closing);
    this.#closing = null;
    if (this.#opened !== null) return;
    const feed = (this.#feed = new Feed<string>(MOST_KEPT));
    this.#opened = this.#sources.map((source) => ({
      name: source.name,
      source: source.open((event, data) => feed.publish(frameOf(event, data))),
    }));
  }

  #leave(): void {
    if (--this.#followers > 0) return;
    this.#closing = setTimeout(() => void this[Symbol.asyncDispose](), LINGER_MS);
    this.#closing.unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opened = this.#opened ?? [];
    this.#opened = null;
    await Promise.all(opened.map(({ source }) => source[Symbol.asyncDispose]()));
  }
}

/** `feed.next`, as the frames have it; anything else is no place in this stream. */
function cursorOf(last: string | null): Cursor | null {
  const [, feed, next] = /^([\w-]{1,64})\.(\d{1,15})$/.exec(last ?? "") ?? [];
  return feed === undefined ? null : { feed, next: Number(next) };
}
