/**
 * The changes of a stream, the last of them kept. Readers come for what they do not have, and say how far they are: so
 * nothing is held for any of them, and one that is slow, stopped or gone blocks nothing. Who comes too late is told how
 * many changes it has missed, and begins anew with a snapshot.
 */

export interface Cursor {
  /** A service that was started anew has another one. */
  readonly feed: string;
  /** Number of the first change that the reader does not have. */
  readonly next: number;
}

export interface Batch<Snapshot, Change> {
  readonly cursor: Cursor;
  /** The present state: at the beginning, and if changes were missed. Else null. */
  readonly snapshot: Snapshot | null;
  readonly changes: readonly Change[];
  /** Changes that came and went before this reader asked for them. */
  readonly missed: number;
}

/** An event of the watchdog has about 1 KB. */
const MOST_KEPT = 256;

/** A reader without news is answered after this, so that it knows a silent service from a quiet one. */
export const QUIET_MS = 20_000;

export class Feed<Change> {
  readonly #id = crypto.randomUUID();
  readonly #mostKept: number;
  #kept: Change[] = [];
  #oldest = 0;
  readonly #waiting = new Set<() => void>();

  constructor(mostKept = MOST_KEPT) {
    this.#mostKept = mostKept;
  }

  publish(change: Change): void {
    this.#kept.push(change);
    if (this.#kept.length > this.#mostKept) {
      this.#kept.shift();
      this.#oldest++;
    }
    for (const wake of this.#waiting) wake();
  }

  /** Resolves with the changes since `cursor`, as soon as there are any. */
  async read<Snapshot>(
    cursor: Cursor | null,
    snapshot: () => Snapshot | Promise<Snapshot>,
    signal: AbortSignal,
  ): Promise<Batch<Snapshot, Change>> {
    const isKnown = cursor !== null && cursor.feed === this.#id && cursor.next <= this.#next;
    if (!isKnown || cursor.next < this.#oldest) {
      const missed = isKnown ? this.#next - cursor.next : 0;
      // the cursor first: what changes meanwhile is told twice rather than never
      return { cursor: this.end, snapshot: await snapshot(), changes: [], missed };
    }
    if (cursor.next === this.#next) await this.#news(signal);
    // more may have come at once than is kept
    if (cursor.next < this.#oldest) return this.read(cursor, snapshot, signal);
    const changes = this.#kept.slice(cursor.next - this.#oldest);
    return { cursor: this.end, snapshot: null, changes, missed: 0 };
  }

  get #next(): number {
    return this.#oldest + this.#kept.length;
  }

  /** Of a reader who has everything. */
  get end(): Cursor {
    return { feed: this.#id, next: this.#next };
  }

  async #news(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, QUIET_MS);
    timer.unref();
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (signal.aborted) resolve();
    this.#waiting.add(resolve);
    try {
      await promise;
    } finally {
      this.#waiting.delete(resolve);
      clearTimeout(timer);
    }
  }
}
