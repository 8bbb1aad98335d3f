/** Tells when files below some paths change. The kernel tells: each folder that counts is watched, and nothing is looked at again. */
import { existsSync, lstatSync, readdirSync } from "node:fs";
import { dirname, isAbsolute, join, relative } from "node:path";
import { nearestExisting } from "../../app-log/read/directory-watch.ts";
import { watchFolder } from "../../os/watch-folder.ts";
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
  readonly #watchers = new Map<string, Disposable>();
  readonly #isIgnored: (path: string) => boolean;
  #changed: string | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly options: WatchedOptions) {
    this.#isIgnored = ignoring(options);
    for (const path of options.paths) this.#begin(path);
  }

  /** The folder itself; else the nearest one above that is there: it tells of a file, and of who makes the folder. */
  #begin(path: string): void {
    if (this.#isIgnored(path)) return;
    if (isFolder(path)) return this.#add(path);
    const above = nearestExisting(dirname(path));
    const isMeanwhile = (): boolean => isFolder(path) || nearestExisting(dirname(path)) !== above;
    if (this.#watch(above) && isMeanwhile()) this.#begin(path);
  }

  /** A folder, and those in it. */
  #add(path: string): void {
    if (!isFolder(path) || this.#isIgnored(path) || !this.#watch(path)) return;
    const names = orElse([], () => readdirSync(path, { withFileTypes: true }), "ENOENT", "EACCES", "ENOTDIR");
    for (const each of names) if (each.isDirectory()) this.#add(join(path, each.name));
  }

  /** false: it is watched already, or cannot be. */
  #watch(folder: string): boolean {
    if (this.#watchers.has(folder)) return false;
    try {
      const watcher = watchFolder(folder, {
        onChange: (path, isRename) => this.#heard(path, isRename),
        onGone: () => this.#gone(folder),
      });
      this.#watchers.set(folder, watcher);
      return true;
    } catch (error) {
      this.options.onTrouble(`${folder} cannot be watched: ${String(error)}`);
      return false;
    }
  }

  #heard(path: string, isRename: boolean): void {
    const { paths } = this.options;
    if (paths.some((each) => isIn(path, each))) {
      if (this.#isIgnored(path)) return;
      if (isRename) this.#anew(path);
      this.#onChange(path);
    } else if (isRename) for (const each of paths.filter((one) => isIn(one, path))) this.#appeared(each);
  }

  /** A folder has come or gone, or has taken the place of another one. */
  #anew(path: string): void {
    this.#forget(path);
    if (this.options.paths.includes(path)) this.#begin(path);
    else this.#add(path);
  }

  #appeared(path: string): void {
    this.#anew(path);
    if (existsSync(path)) this.#onChange(path);
  }

  #gone(folder: string): void {
    this.#forget(folder);
    this.#heard(folder, true);
  }

  /** What is in it, too. */
  #forget(folder: string): void {
    for (const [path, watcher] of this.#watchers) {
      if (!isIn(path, folder)) continue;
      watcher[Symbol.dispose]();
      this.#watchers.delete(path);
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
    for (const watcher of this.#watchers.values()) watcher[Symbol.dispose]();
    this.#watchers.clear();
  }
}

const isFolder = (path: string): boolean => orElse(false, () => lstatSync(path).isDirectory());

const isIn = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);

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
      absolute.some((each) => isIn(path, each)) ||
      below.split("/").some((name) => names.has(name)) ||
      globs.some((glob) => glob.match(below) || glob.match(path))
    );
  };
}
