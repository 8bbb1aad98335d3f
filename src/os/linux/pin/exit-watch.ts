/**
 * Waiting for a process's end, also of one that is not our child. A pidfd becomes readable at the end, and the kernel tells
 * of that (when-readable.ts) within 0.2 ms. Where it does not, the handle is asked, ever less often.
 */
import { timerMs } from "../../../text/duration.ts";
import type { Handle } from "./pidfd.ts";
import { whenReadable } from "./when-readable.ts";

/** Where there is no notification: how often to look. */
const [SHORTEST_LOOK_MS, LONGEST_LOOK_MS] = [10, 1_000];

export class ExitWatch implements Disposable {
  readonly #disposed = Promise.withResolvers<void>();
  #isDisposed = false;
  /** One for all who wait; null = it has told, or cannot. */
  #notice: Promise<void> | null = null;
  #hasTold = false;
  #takeBack = (): void => {};

  constructor(private readonly handle: Handle) {}

  /**
   * true = the whole thread group has ended; false = `withinMs` passed, or this was disposed, before that. `isOver`: another sign
   * of an end, which the kernel does not tell of and which is looked for.
   */
  async ended(withinMs: number, isOver?: () => boolean): Promise<boolean> {
    const deadline = performance.now() + withinMs;
    for (let pauseMs = SHORTEST_LOOK_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_LOOK_MS)) {
      // a closed handle says nothing: its descriptor may be another file by now
      if (this.#isDisposed) return false;
      if (this.handle.ended() || isOver?.() === true) return true;
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return false;
      const notice = this.#listen();
      const waitMs = notice === null || isOver !== undefined ? Math.min(leftMs, pauseMs) : leftMs;
      await withDeadline(
        notice === null ? [this.#disposed.promise] : [this.#disposed.promise, notice],
        waitMs,
      );
    }
  }

  /** Told once: a notice without an end is followed by looks, never by a busy loop. */
  #listen(): Promise<void> | null {
    const fd = this.handle.descriptor;
    if (this.#hasTold || fd === null || this.#notice !== null) return this.#notice;
    const { promise, resolve } = Promise.withResolvers<void>();
    const takeBack = whenReadable(fd, () => {
      this.#hasTold = true;
      this.#notice = null;
      resolve();
    });
    if (takeBack === null) return null;
    this.#takeBack = takeBack;
    return (this.#notice = promise);
  }

  /** All that still wait are told false. */
  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#takeBack();
    this.#disposed.resolve();
  }
}

const withDeadline = async (events: readonly Promise<void>[], ms: number): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, timerMs(ms));
  await Promise.race([...events, promise]);
  clearTimeout(timer);
};
