/**
 * Tells when something in one of these directories has changed. If one is not there yet, the watch waits for
 * it above it.
 */
import { type FSWatcher, statSync, watch } from "node:fs";
import { dirname } from "node:path";
import { orElse } from "../../text/system-error.ts";

/** If the system gives no watch, we look this often. */
const LOOK_MS = 500;
/** Bun leaves out a change that follows another one of the same file within a millisecond: so we look once more. */
const ONCE_MORE_MS = 10;

export class DirectoryWatch implements Disposable {
  readonly #directories: ReadonlySet<string>;
  readonly #watchers = new Map<string, FSWatcher>();
  #changed = Promise.withResolvers<void>();
  #timer: ReturnType<typeof setInterval> | null = null;
  #onceMore: ReturnType<typeof setTimeout> | null = null;

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
    for (const watcher of this.#watchers.values()) watcher.close();
    if (this.#timer !== null) clearInterval(this.#timer);
    if (this.#onceMore !== null) clearTimeout(this.#onceMore);
  }

  #sync(): void {
    const wanted = new Set([...this.#directories].map(nearestExisting));
    for (const [path, watcher] of this.#watchers) {
      if (wanted.has(path)) continue;
      watcher.close();
      this.#watchers.delete(path);
    }
    for (const path of wanted) if (!this.#watchers.has(path)) this.#watch(path);
  }

  #watch(path: string): void {
    const onChange = (): void => {
      this.#changed.resolve();
      this.#onceMore ??= setTimeout(() => {
        this.#onceMore = null;
        this.#changed.resolve();
      }, ONCE_MORE_MS);
    };
    const watcher = orElse(null, () => watch(path, onChange));
    if (watcher === null) {
      this.#timer ??= setInterval(onChange, LOOK_MS);
      return;
    }
    // the directory was removed: there may be another one by now
    watcher.on("error", () => {
      watcher.close();
      this.#watchers.delete(path);
      onChange();
    });
    this.#watchers.set(path, watcher);
    // something may have been written to it before the watch began
    onChange();
  }
}

function nearestExisting(path: string): string {
  const isThere = orElse(false, () => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true);
  return isThere || dirname(path) === path ? path : nearestExisting(dirname(path));
}
