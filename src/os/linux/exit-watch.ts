/**
 * Waiting for a process's end, without polling, for processes that are not our children.
 *
 * `Bun.connect({fd})` puts any descriptor into Bun's own epoll set. A pidfd becomes readable at the end, Bun
 * then tries to receive from it, learns that it is no socket (ENOTSOCK) and reports `close`. Measured: 0.19 ms
 * p50 after the exit, no memory, 300 at once; the alternative (AIO poll + eventfd) is as fast and needs a
 * kernel-wide budget (fs.aio-max-nr).
 */
import type { Handle } from "./pidfd.ts";

/** Only where there is no notification: how often to look. */
const LOOK_EVERY_MS = 20;

export class ExitWatch implements Disposable {
  readonly #handle: Handle;
  #event: Promise<void> | null = null;
  #cancel: () => void = () => {};

  constructor(handle: Handle) {
    this.#handle = handle;
  }

  /** true = the whole thread group has ended; false = `withinMs` passed before that. */
  async ended(withinMs: number): Promise<boolean> {
    const deadline = performance.now() + withinMs;
    while (!this.#handle.ended()) {
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return false;
      this.#event ??= this.#nextEvent();
      await withDeadline(this.#event, leftMs);
    }
    return true;
  }

  /** Resolves when it is time to look again; one for all who wait. */
  async #nextEvent(): Promise<void> {
    const fd = this.#handle.notifier();
    if (fd !== null) await this.#closeOf(fd);
    // A notification without an end, or none to be had: look again, but later, never in a busy loop.
    if (!this.#handle.ended()) await this.#pause();
    this.#event = null;
  }

  /** Bun owns the descriptor from here on and closes it with the socket. */
  #closeOf(fd: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    let cancelled = false;
    this.#cancel = () => {
      cancelled = true;
    };
    const options = { fd, socket: { data: () => {}, error: () => {}, close: () => resolve() } };
    // @ts-expect-error -- the types know `fd` for Bun.listen only; the runtime takes it here
    const connecting: Promise<Bun.Socket> = Bun.connect(options);
    connecting.then(
      (socket) => {
        if (cancelled) socket.terminate();
        else this.#cancel = () => socket.terminate();
      },
      // a descriptor that Bun will not take is looked at from time to time
      () => resolve(),
    );
    return promise;
  }

  #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, LOOK_EVERY_MS);
    this.#cancel = () => clearTimeout(timer);
    return promise;
  }

  /** Whoever still waits is woken by its deadline. */
  [Symbol.dispose](): void {
    this.#cancel();
  }
}

const withDeadline = async (event: Promise<void>, ms: number): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([event, promise]);
  clearTimeout(timer);
};
