/** `test --watch`: runs the files again whenever one of the project's sources has changed, until it is ended. */
import { type FSWatcher, watch } from "node:fs";
import type { SessionWish } from "../../../runner/test/session.ts";
import { dim } from "../../../text/style.ts";
import { interruption } from "./interruption.ts";
import { runAndTellOnce, type Telling } from "./tell.ts";

/** An editor writes a file in several steps. */
const QUIET_MS = 100;

/** Folders that nobody edits, and hidden ones. */
const isSource = (path: string): boolean =>
  /\.(?:[cm]?[jt]sx?|json|toml)$/u.test(path) &&
  !/(?:^|\/)(?:\.[^/]*|node_modules|coverage|dist)\//u.test(path);

/** Resolves to 128 + n once a signal has ended it. */
export async function runOnChanges(wish: Omit<SessionWish, "signal">, telling: Telling): Promise<number> {
  const { signal, codeOr } = interruption();
  using changes = new Changes(wish.cwd);
  while (!signal.aborted) {
    await runAndTellOnce(wish, telling, signal);
    if (signal.aborted) break;
    console.log(dim("\nwaiting for a change; Ctrl-C ends this\n"));
    await changes.next(signal);
  }
  return codeOr(0);
}

class Changes implements Disposable {
  readonly #watcher: FSWatcher;
  #hasChanged = false;
  #tell: (() => void) | null = null;

  constructor(folder: string) {
    this.#watcher = watch(folder, { recursive: true }, (_, path) => {
      if (path === null || !isSource(path)) return;
      this.#hasChanged = true;
      this.#tell?.();
    });
  }

  /** Resolves a moment after the last of the changes since it was asked before, or when the signal aborts. */
  async next(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#tell = resolve;
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (this.#hasChanged) resolve();
    });
    while (this.#hasChanged && !signal.aborted) {
      this.#hasChanged = false;
      await Bun.sleep(QUIET_MS);
    }
  }

  [Symbol.dispose](): void {
    this.#watcher.close();
  }
}
