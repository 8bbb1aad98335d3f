/** Reloads when the configuration changes on disk, and keeps the last good one when it breaks. */
import { messageOf } from "../../text/system-error.ts";
import { basename, dirname, join } from "node:path";
import { realPath, searchDirectories, userFile } from "./directories.ts";
import { KIRO, KIRO_FILE, PLACES } from "./places.ts";
import { type Loaded, loadConfig } from "../load.ts";
import { ConfigError, fileProblem } from "../schema/problem.ts";
import { type Wanted, WatchedDirectories } from "./watched-directories.ts";

type OnChange = (next: Loaded, before: Loaded) => void;
type OnError = (error: ConfigError) => void;

/** An editor truncates, writes and renames within milliseconds: one reload for all of it. */
const DEBOUNCE_MS = 100;

/**
 * Calls `onChange` when another good configuration is in force (also after a broken one was mended), `onError` once for each
 * way it is broken, the last good one staying in force. A file that appears where there was none counts; one that is
 * removed for good leaves the defaults, which only observe. Keeps no process alive. Dispose to stop.
 */
export class ConfigWatch implements Disposable {
  #loaded: Loaded;
  #brokenAs: string | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #queue: Promise<void> = Promise.resolve();
  #disposed = false;
  readonly #onChange: OnChange;
  readonly #onError: OnError;
  readonly #directories = new WatchedDirectories(() => this.#soon());

  constructor(loaded: Loaded, onChange: OnChange, onError: OnError) {
    this.#loaded = loaded;
    this.#onChange = onChange;
    this.#onError = onError;
    this.#directories.sync(wantedOf(loaded));
  }

  /** The last good one. */
  current(): Loaded {
    return this.#loaded;
  }

  /** Looks now (SIGHUP, or a file system that reports nothing). Resolves when the callbacks have been called. */
  check(): Promise<void> {
    this.#queue = this.#queue.then(() => this.#reload());
    return this.#queue;
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#directories[Symbol.dispose]();
  }

  #soon(): void {
    if (this.#disposed) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.check(), DEBOUNCE_MS);
    this.#timer.unref();
  }

  async #reload(): Promise<void> {
    const next = await load(this.#loaded);
    if (this.#disposed) return;
    if (next instanceof ConfigError) {
      this.#directories.sync(wantedOf(this.#loaded));
      if (this.#brokenAs === next.message) return;
      this.#brokenAs = next.message;
      this.#onError(next);
      return;
    }
    const before = this.#loaded;
    const mended = this.#brokenAs !== null;
    this.#brokenAs = null;
    this.#directories.sync(wantedOf(next));
    if (!mended && same(before, next)) return;
    this.#loaded = next;
    this.#onChange(next, before);
  }
}

async function load({ options, path, projectRoot }: Loaded): Promise<Loaded | ConfigError> {
  try {
    return await loadConfig(options);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    // The directory itself may vanish under a search; the monitor goes on with what it has.
    const what = messageOf(error);
    return new ConfigError([fileProblem("unreadable", path ?? projectRoot, `cannot be loaded (${what})`)]);
  }
}

const same = (a: Loaded, b: Loaded): boolean => fingerprint(a) === fingerprint(b);

/** What holds elsewhere can change without what holds here. */
const fingerprint = ({ settings, files, projectRoot, policy }: Loaded): string =>
  JSON.stringify([settings, files, projectRoot, policy.governance?.elsewhere]);

function wantedOf({ options, projectRoot, files }: Loaded): Wanted {
  const wanted = new Map<string, Set<string>>();
  const add = (directory: string, ...names: readonly string[]): void => {
    const set = wanted.get(directory) ?? new Set();
    for (const name of names) set.add(name);
    wanted.set(directory, set);
  };
  const file = (path: string): void => add(dirname(path), basename(path));
  file(userFile(options.home));
  for (const path of files) {
    file(path);
    // a link's target changes without the link
    file(realPath(path));
  }
  if (options.file !== undefined) return wanted;
  const directories = searchDirectories(options.cwd, options.home);
  for (const directory of directories.slice(0, directories.indexOf(projectRoot) + 1)) {
    add(directory, KIRO, ...PLACES);
    add(join(directory, KIRO), KIRO_FILE);
  }
  return wanted;
}
