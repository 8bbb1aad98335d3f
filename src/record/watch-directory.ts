/** Waits for changes in a directory that may not exist yet, and may come and go. */
import { existsSync, type FSWatcher, lstatSync, watch } from "node:fs";
import { dirname } from "node:path";

export interface DirectoryWatch extends Disposable {
  /** Resolves to true at the next change, at once when there was one since the last call; to false when `signal` aborts. */
  changed(signal?: AbortSignal): Promise<boolean>;
}

/** Watches `directory`, or its nearest existing ancestor for as long as it is missing. */
export function watchDirectory(directory: string): DirectoryWatch {
  let watcher: FSWatcher | null = null;
  let watched = "";
  let dirty = false;
  let wake: (() => void) | null = null;

  const onChange = (): void => {
    dirty = true;
    wake?.();
  };
  const arm = (): void => {
    const nearest = nearestExisting(directory);
    const { dev, ino } = lstatSync(nearest);
    const identity = `${dev}:${ino}`;
    if (identity === watched) return;
    watcher?.close();
    watcher = watch(nearest, onChange);
    // the directory itself went away; the next arm() looks for another
    watcher.on("error", onChange);
    watched = identity;
    // what happened before the watch was in place was not seen
    dirty = true;
  };

  arm();
  return {
    changed: async (signal) => {
      arm();
      const { promise, resolve } = Promise.withResolvers<void>();
      const aborted = (): void => resolve();
      wake = resolve;
      signal?.addEventListener("abort", aborted, { once: true });
      if (!dirty && signal?.aborted !== true) await promise;
      signal?.removeEventListener("abort", aborted);
      dirty = false;
      return signal?.aborted !== true;
    },
    [Symbol.dispose]: () => watcher?.close(),
  };
}

function nearestExisting(directory: string): string {
  let path = directory;
  while (!existsSync(path) && path !== dirname(path)) path = dirname(path);
  return path;
}
