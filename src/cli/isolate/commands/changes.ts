/** Which of the project's sources have changed since somebody asked: what `test --watch` waits for. */
import { existsSync, watch } from "node:fs";
import { join, relative, resolve } from "node:path";
import { CommandError } from "../../../text/errors.ts";
import { codeOf, messageOf } from "../../../text/system-error.ts";

/** An editor writes a file in several steps, and the kernel tells of what a run wrote last when the run is over. */
const QUIET_MS = 100;

/** Folders that nobody edits, and hidden ones. */
const isSource = (path: string): boolean =>
  /\.(?:[cm]?[jt]sx?|json|toml)$/u.test(path) &&
  !/(?:^|\/)(?:\.[^/]*|node_modules|coverage|dist)\//u.test(path);

type Follow = (
  folder: string,
  options: { readonly recursive: true },
  listener: (event: string, path: string | null) => void,
) => Watching;

interface Watching {
  close(): void;
  on(event: "error", listener: (error: unknown) => void): unknown;
}

const unwatchable = (folder: string, error: unknown): CommandError =>
  new CommandError(
    `Changes of ${folder} cannot be watched: ${messageOf(error)}. Run it again without --watch, or after a change.`,
  );

export class SourceChanges implements Disposable {
  readonly #watcher: Watching;
  readonly #folder: string;
  #changed = new Set<string>();
  #tell: (() => void) | null = null;
  #failure: CommandError | null = null;
  /** Why the run that was is one: what changed during the one before it. Empty: somebody has changed something since. */
  #cause: ReadonlySet<string> = new Set();
  /** The tests write them: they change in a run that only their change has caused. */
  readonly #written = new Set<string>();

  /**
   * `outputs`: files that the run itself writes.
   * @throws CommandError where the machine has no room for it; later that is the end of a wait
   */
  constructor(folder: string, outputs: readonly string[], follow: Follow = watch) {
    const ours = new Set(outputs.map((path) => relative(folder, resolve(folder, path))));
    this.#folder = folder;
    try {
      const watcher = follow(folder, { recursive: true }, (_, path) => {
        if (path === null || !isSource(path) || ours.has(path)) return;
        this.#changed.add(path);
        this.#tell?.();
      });
      watcher.on("error", (error) => {
        this.#failure = unwatchable(folder, error);
        this.#tell?.();
      });
      this.#watcher = watcher;
    } catch (error) {
      throw codeOf(error) === null ? error : unwatchable(folder, error);
    }
  }

  /** After a run: whether something changed during it, so that it says nothing of what is there now. */
  async duringRun(signal: AbortSignal): Promise<boolean> {
    await this.#quiet(signal);
    this.#cause = this.#changedInRun();
    this.#changed = new Set();
    return this.#cause.size > 0;
  }

  /** Resolves a moment after the next change, or when the signal aborts. Rejects when nobody tells of changes any more. */
  async next(signal: AbortSignal): Promise<void> {
    const { promise, resolve: tell } = Promise.withResolvers<void>();
    const ended = (): void => tell();
    this.#tell = tell;
    signal.addEventListener("abort", ended);
    if (this.#changed.size > 0 || this.#failure !== null) tell();
    await promise;
    signal.removeEventListener("abort", ended);
    this.#tell = null;
    if (this.#failure !== null) throw this.#failure;
    await this.#quiet(signal);
    // somebody edits it by hand, whoever else writes it
    for (const path of this.#changed) this.#written.delete(path);
    this.#changed = new Set();
  }

  #changedInRun(): ReadonlySet<string> {
    const again = this.#cause;
    for (const path of this.#changed) if (again.has(path)) this.#written.add(path);
    const isNews = (path: string): boolean =>
      !this.#written.has(path) && (again.size === 0 || existsSync(join(this.#folder, path)));
    return new Set([...this.#changed].filter(isNews));
  }

  /** Until nothing has changed for a moment. */
  async #quiet(signal: AbortSignal): Promise<void> {
    for (let known = -1; known !== this.#changed.size && !signal.aborted;) {
      known = this.#changed.size;
      await Bun.sleep(QUIET_MS);
    }
  }

  [Symbol.dispose](): void {
    this.#watcher.close();
  }
}
