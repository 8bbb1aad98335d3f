/**
 * Tells when something in one of these directories has changed. If one is not there yet, the watch waits for
 * it above it.
 */
import { statSync } from "node:fs";
import { dirname } from "node:path";
import { watchFolder } from "../../os/watch-folder.ts";
import { orElse } from "../../text/system-error.ts";

/** If the system gives no watch, we look this often. */
const LOOK_MS = 500;
/** Bun leaves out a change that follows another one of the same file within a millisecond: so we look once more. */
const ONCE_MORE_MS = 10;

export class DirectoryWatch implements Disposable {
  readonly #directories: ReadonlySet<string>;
  readonly #watchers = new Map<string, Disposable>();
  #changed = Promise.withResolvers<void>();
  #timer: ReturnType<typeof setInterval> | null = null;
  #onceMore: Timer | undefined;

  constructor(directories: readonly string[]) {
    this.#directories = new Set(directories);
    this.#sync();
  }

  /** Resolves when something has changed since the last time that this did, or when the signal aborts. */
  async change(signal: AbortSignal | undefined): Promise<void> {
    const stop = (): void => this.#changed.resolve();
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted === true) stop();
    await this.#changed.promise;
    signal?.removeEventListener("abort", stop);
    this.#changed = Promise.withResolvers();
    this.#sync();
  }

  [Symbol.dispose](): void {
    for (const watcher of this.#watchers.values()) watcher[Symbol.dispose]();
    if (this.#timer !== null) clearInterval(this.#timer);
    clearTimeout(this.#onceMore);
  }

  #sync(): void {
    const wanted = new Set([...this.#directories].map(nearestExisting));
    for (const [path, watcher] of this.#watchers) {
      if (wanted.has(path)) continue;
      watcher[Symbol.dispose]();
      this.#watchers.delete(path);
    }
    for (const path of wanted) if (!this.#watchers.has(path)) this.#watch(path);
  }

  #watch(path: string): void {
    const onChange = (): void => {
      this.#changed.resolve();
      clearTimeout(this.#onceMore);
      // of the last change: what follows it within a millisecond is there by then
      this.#onceMore = setTimeout(() => this.#changed.resolve(), ONCE_MORE_MS);
    };
    const onGone = (): void => {
      this.#watchers.delete(path);
      onChange();
    };
    const watcher = orElse(null, () => watchFolder(path, { onChange, onGone }));
    if (watcher === null) {
      this.#timer ??= setInterval(onChange, LOOK_MS);
      return;
    }
    this.#watchers.set(path, watcher);
    // something may have been written to it before the watch began
    onChange();
  }
}

export function nearestExisting(path: string): string {
  const isThere = orElse(false, () => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true);
  return isThere || dirname(path) === path ? path : nearestExisting(dirname(path));
}
