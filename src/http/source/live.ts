/**
 * The stream of `/api/events`. Every change is put into words once, and each page comes for what it does not have
 * (wire/feed.ts): so a page that is slow or gone holds up nobody, and one that comes back names the last one it has.
 */
import { Feed, type Cursor } from "../../wire/feed.ts";
import { frameOf } from "../event-stream.ts";
import type { OpenSource, Source } from "./source.ts";

/** A page that was away for less than that many changes gets them; another one begins anew. Of 500 processes one has 40 KB. */
const MOST_KEPT = 12;
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
  #feed = new Feed<Uint8Array>(MOST_KEPT);
  /** For all who begin at the same time. */
  #whole: Promise<Uint8Array> | null = null;
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
  async *follow(last: string | null, signal: AbortSignal): AsyncGenerator<string | Uint8Array, void> {
    this.#enter();
    try {
      let cursor = cursorOf(last);
      while (!signal.aborted) {
        const { snapshot, changes, ...batch } = await this.#feed.read(cursor, () => this.#begin(), signal);
        if (signal.aborted) return;
        cursor = batch.cursor;
        // one line after a silence: the reader knows that somebody is there
        if (snapshot === null && changes.length === 0) yield ": nothing new\n\n";
        if (snapshot !== null) {
          yield snapshot;
          yield `id: ${placeOf(cursor)}\n\n`;
        }
        for (const frame of changes) yield frame;
      }
    } finally {
      this.#leave();
    }
  }

  #begin(): Promise<Uint8Array> {
    return (this.#whole ??= this.#wholes().finally(() => (this.#whole = null)));
  }

  async #wholes(): Promise<Uint8Array> {
    const opened = this.#opened ?? [];
    const wholes = await Promise.all(
      opened.map(async ({ name, source }) => frameOf(name, await source.whole())),
    );
    return encoded(wholes.join(""));
  }

  #enter(): void {
    this.#followers++;
    if (this.#closing !== null) clearTimeout(this.#closing);
    this.#closing = null;
    if (this.#opened !== null) return;
    const feed = (this.#feed = new Feed<Uint8Array>(MOST_KEPT));
    const publish = (event: string, json: string): void => {
      const { feed: id, next } = feed.end;
      feed.publish(encoded(`id: ${placeOf({ feed: id, next: next + 1 })}\n${frameOf(event, json)}`));
    };
    this.#opened = this.#sources.map((source) => ({ name: source.name, source: source.open(publish) }));
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

const encoder = new TextEncoder();
const encoded = (text: string): Uint8Array => encoder.encode(text);

const placeOf = ({ feed, next }: Cursor): string => `${feed}.${next}`;

/** `feed.next`, as the frames have it; anything else is no place in this stream. */
function cursorOf(last: string | null): Cursor | null {
  const [, feed, next] = /^([\w-]{1,64})\.(\d{1,15})$/.exec(last ?? "") ?? [];
  return feed === undefined ? null : { feed, next: Number(next) };
}
