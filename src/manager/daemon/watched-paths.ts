/** Tells when files below some paths change. The kernel tells: each folder that counts is watched, and nothing is looked at again. */
import { type FSWatcher, lstatSync, readdirSync, watch } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { orElse } from "../../text/system-error.ts";

interface WatchedOptions {
  /** Absolute: files or folders. */
  readonly paths: readonly string[];
  /** Globs, names of files or folders, absolute paths. */
  readonly ignore: readonly string[];
  /** Globs are relative to this directory. */
  readonly base: string;
  readonly delayMs: number;
  /** Once for the changes of one delay; the first of them. */
  readonly onChange: (path: string) => void;
  readonly onTrouble: (what: string) => void;
}

/** An editor writes a file in several steps. */
const LEAST_DELAY_MS = 50;

export class WatchedPaths implements Disposable {
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #isIgnored: (path: string) => boolean;
  #changed: string | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly options: WatchedOptions) {
    this.#isIgnored = ignoring(options);
    for (const path of options.paths) this.#add(path);
  }

  #add(path: string): void {
    const stat = orElse(undefined, () => lstatSync(path, { throwIfNoEntry: false }), "EACCES", "ENOTDIR");
    if (stat === undefined || this.#isIgnored(path)) return;
    if (!stat.isDirectory()) {
      // a watch of a file ends with the first rename over it: its folder tells of that
      if (this.options.paths.includes(path)) this.#watch(join(path, ".."), (name) => name === path);
      return;
    }
    if (!this.#watch(path, () => true)) return;
    const names = orElse([], () => readdirSync(path, { withFileTypes: true }), "ENOENT", "EACCES", "ENOTDIR");
    for (const each of names) if (each.isDirectory()) this.#add(join(path, each.name));
  }

  /** `counts`: which of the names in it. */
  #watch(directory: string, counts: (path: string) => boolean): boolean {
    if (this.#watchers.has(directory)) return false;
    try {
      const watcher = watch(directory, (event, name) => {
        const path = name === null ? directory : join(directory, name);
        if (!counts(path) || this.#isIgnored(path)) return;
        // a folder that is new
        if (event === "rename") this.#add(path);
        this.#onChange(path);
      });
      const forget = (): void => {
        watcher.close();
        this.#watchers.delete(directory);
      };
      // the folder is gone
      watcher.on("error", forget);
      this.#watchers.set(directory, watcher);
      return true;
    } catch (error) {
      this.options.onTrouble(`${directory} cannot be watched: ${String(error)}`);
      return false;
    }
  }

  #onChange(path: string): void {
    this.#changed ??= path;
    this.#timer ??= setTimeout(
      () => {
        const changed = this.#changed;
        this.#timer = this.#changed = null;
        if (changed !== null) this.options.onChange(changed);
      },
      Math.max(LEAST_DELAY_MS, this.options.delayMs),
    );
  }

  [Symbol.dispose](): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }
}

/** Installed packages, and what begins with a dot, are nobody's sources. */
const ALWAYS = /(?:^|\/)(?:node_modules|\.[^/.][^/]*)(?:\/|$)/u;

export function ignoring({
  ignore,
  base,
}: Pick<WatchedOptions, "ignore" | "base">): (path: string) => boolean {
  const absolute = ignore.filter(isAbsolute);
  const words = ignore.filter((each) => !isAbsolute(each)).map((each) => each.replace(/\/+$/u, ""));
  const names = new Set(words);
  const globs = words.map((each) => new Bun.Glob(each));
  return (path) => {
    const below = relative(base, path);
    return (
      ALWAYS.test(below) ||
      absolute.some((each) => path === each || path.startsWith(each.endsWith("/") ? each : `${each}/`)) ||
      below.split("/").some((name) => names.has(name)) ||
      globs.some((glob) => glob.match(below) || glob.match(path))
    );
  };
}
