/** Hears when somebody removes the manager's lock or its socket (a cleaner of temporary files): without them nobody finds it. */
import { type FSWatcher, watch } from "node:fs";
import { orElse } from "../../text/system-error.ts";

/** `look` is called after something has come or gone in the directory. Where it cannot be watched, nobody hears of it. */
export class OwnPlace implements Disposable {
  #watcher: FSWatcher | null = null;
  #isOver = false;

  constructor(
    private readonly directory: string,
    private readonly look: () => void,
  ) {
    this.#begin();
  }

  #begin(): void {
    if (this.#isOver) return;
    this.#watcher?.close();
    this.#watcher = orElse(
      null,
      () => watch(this.directory, () => this.#soon()),
      "ENOENT",
      "ENOSPC",
      "EMFILE",
      "EACCES",
    );
    this.#watcher?.on("error", () => this.#soon());
  }

  #timer: ReturnType<typeof setTimeout> | null = null;

  /** The code that puts them back also makes the directory anew, and that is another directory to watch. */
  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (this.#isOver) return;
      this.look();
      this.#timer = setTimeout(() => {
        this.#timer = null;
        this.#begin();
      }, SETTLED_MS);
    }, SETTLED_MS);
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#watcher?.close();
  }
}

/** Whoever starts or ends at the same moment has finished by then. */
const SETTLED_MS = 200;
