/** Files, config files and clocks are looked after only where an app asks for one of them: until then nothing for it is loaded. */
import type { AppSpec } from "../../core/app/app-spec.ts";
import { messageOf } from "../../text/system-error.ts";

interface Changes extends Disposable {
  set(specs: readonly AppSpec[]): void;
}

export class LazyChanges implements Disposable {
  #loading: Promise<void> | null = null;
  #changes: Changes | null = null;
  #specs: readonly AppSpec[] = [];
  #isOver = false;

  constructor(
    private readonly load: () => Promise<Changes>,
    private readonly onTrouble: (what: string) => void,
  ) {}

  set(specs: readonly AppSpec[]): void {
    this.#specs = specs;
    if (this.#loading === null && !specs.some(asks)) return;
    this.#loading ??= this.#open();
    // whoever has asked, starts an app: that goes on without
    this.#loading = this.#loading
      .then(() => {
        if (!this.#isOver) this.#changes?.set(this.#specs);
      })
      .catch((error: unknown) => this.onTrouble(`changes of files are not heard of: ${messageOf(error)}`));
  }

  async #open(): Promise<void> {
    const changes = await this.load();
    if (this.#isOver) return changes[Symbol.dispose]();
    this.#changes = changes;
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#changes?.[Symbol.dispose]();
  }
}

const asks = ({ watch, cron, source }: AppSpec): boolean =>
  watch !== null || cron !== null || source !== null;
