/**
 * Waiting for a process's end, without polling, for processes that are not our children.
 *
 * A pidfd becomes readable at the end, which the kernel can tell (when-readable.ts). Where it does not,
 * `Bun.connect({fd})` puts the pidfd into Bun's own epoll set: Bun tries to receive from it, learns that it is no
 * socket (ENOTSOCK) and reports `close`. Both take 0.2 ms after the exit, but the second wakes the process every
 * second for as long as it waits.
 */
import { close } from "./ffi.ts";
import type { Handle } from "./pidfd.ts";
import { whenReadable } from "./when-readable.ts";

/** Only where there is no notification: how often to look. */
const LOOK_EVERY_MS = 20;

export class ExitWatch implements Disposable {
  readonly #handle: Handle;
  #event: Promise<void> | null = null;
  #cancel: () => void = nothing;
  #disposed = false;

  constructor(handle: Handle) {
    this.#handle = handle;
  }

  /** true = the whole thread group has ended; false = `withinMs` passed, or this was disposed, before that. */
  async ended(withinMs: number): Promise<boolean> {
    const deadline = performance.now() + withinMs;
    // a closed handle says nothing: its descriptor may be another file by now
    while (!this.#disposed && !this.#handle.ended()) {
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return false;
      this.#event ??= this.#nextEvent();
      await withDeadline(this.#event, leftMs);
    }
    return !this.#disposed;
  }

  /** Resolves when it is time to look again; one for all who wait. */
  async #nextEvent(): Promise<void> {
    const fd = this.#handle.notifier();
    if (fd !== null) await this.#readable(fd);
    // A notification without an end, or none to be had: look again, but later, never in a busy loop.
    if (!this.#disposed && !this.#handle.ended()) await this.#pause();
    this.#event = null;
  }

  /** `fd` is closed when this resolves. */
  #readable(fd: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = (): void => {
      this.#cancel = nothing;
      close(fd);
      resolve();
    };
    const takeBack = whenReadable(fd, done);
    if (takeBack === null) return this.#closeOf(fd);
    this.#cancel = () => {
      takeBack();
      done();
    };
    return promise;
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
    this.#cancel = () => {
      clearTimeout(timer);
      resolve();
    };
    return promise;
  }

  /** All that still wait are told false. */
  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#cancel();
  }
}

const nothing = (): void => {};

const withDeadline = async (event: Promise<void>, ms: number): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([event, promise]);
  clearTimeout(timer);
};
