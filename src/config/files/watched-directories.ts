/** Watches directories, not files: a watch on a file dies with the atomic rename that replaces it. */
import { type FSWatcher, statSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { orElse } from "../../text/system-error.ts";

/** Directories, existing or not, each with the names of entries that matter in it. */
export type Wanted = ReadonlyMap<string, ReadonlySet<string>>;

interface Watched {
  readonly watcher: FSWatcher;
  readonly inode: string;
  readonly names: Set<string>;
}

/** Where the kernel gives no watch (inotify's limit, some network file systems): look this often. */
const POLL_MS = 15_000;

/**
 * Tells when an entry that matters may have changed. For a directory that does not exist its nearest existing ancestor is
 * watched for the next step of the path. Call `sync` after every event: directories come and go.
 */
export class WatchedDirectories implements Disposable {
  readonly #onEvent: () => void;
  readonly #watched = new Map<string, Watched>();
  #poll: ReturnType<typeof setInterval> | null = null;

  constructor(onEvent: () => void) {
    this.#onEvent = onEvent;
  }

  sync(wanted: Wanted): void {
    const targets = existing(wanted);
    for (const [directory, { watcher, inode }] of this.#watched) {
      // The same path may be another directory by now: removed and made again.
      if (targets.has(directory) && inodeOf(directory) === inode) continue;
      watcher.close();
      this.#watched.delete(directory);
    }
    let failed = false;
    for (const [directory, names] of targets) failed = !this.#watch(directory, names) || failed;
    this.#setPolling(failed);
  }

  [Symbol.dispose](): void {
    for (const { watcher } of this.#watched.values()) watcher.close();
    this.#watched.clear();
    this.#setPolling(false);
  }

  /** False when the kernel refuses, or the directory is gone again. */
  #watch(directory: string, names: Set<string>): boolean {
    const present = this.#watched.get(directory);
    if (present !== undefined) {
      for (const name of names) present.names.add(name);
      return true;
    }
    const inode = inodeOf(directory);
    if (inode === null) return false;
    // ENOSPC and EMFILE: no watches left; ENOENT: gone between the two calls. Polling covers all of them.
    return orElse(false, () => {
      const matters = new Set(names);
      const watcher = watch(directory, { persistent: false }, (_event, name) => {
        // Its own name: the directory was removed. A new one can get the same inode, so the watch goes at once.
        if (name === basename(directory)) this.#lost(directory);
        else if (name === null || matters.has(name)) this.#onEvent();
      });
      watcher.on("error", () => this.#lost(directory));
      this.#watched.set(directory, { watcher, inode, names: matters });
      return true;
    });
  }

  #lost(directory: string): void {
    this.#watched.get(directory)?.watcher.close();
    this.#watched.delete(directory);
    this.#onEvent();
  }

  #setPolling(needed: boolean): void {
    if (needed && this.#poll === null) {
      this.#poll = setInterval(this.#onEvent, POLL_MS);
      this.#poll.unref();
    }
    if (needed || this.#poll === null) return;
    clearInterval(this.#poll);
    this.#poll = null;
  }
}

/** A loop of links or a directory we may not enter is as good as none. */
const inodeOf = (directory: string): string | null =>
  orElse(null, () => {
    const stat = statSync(directory, { throwIfNoEntry: false });
    return stat?.isDirectory() === true ? `${stat.dev}:${stat.ino}` : null;
  });

/** Only directories that exist, with what matters in them; missing ones by their nearest ancestor. */
function existing(wanted: Wanted): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const add = (directory: string, names: Iterable<string>): void => {
    const set = found.get(directory) ?? new Set();
    for (const name of names) set.add(name);
    found.set(directory, set);
  };
  for (const [directory, names] of wanted) {
    let at = directory;
    let matters: Iterable<string> = names;
    while (inodeOf(at) === null && dirname(at) !== at) {
      matters = [basename(at)];
      at = dirname(at);
    }
    add(at, matters);
  }
  return found;
}
