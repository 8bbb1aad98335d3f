/**
 * Keeps what lives beside a service for as long as that runs: it sees every look and hears every event, keeps what it
 * wants of them, and never delays a tick or fails one.
 */
import type { Loaded } from "../config/load.ts";
import type { EventBody, WatchdogEvent } from "../core/plan/event.ts";
import type { TickResult } from "../monitor/tick.ts";
import type { Companion, CompanionOptions, OpenCompanion } from "./companion.ts";

/** Each is loaded with the first service that has it. */
export type CompanionLoader = () => Promise<OpenCompanion>;

export class Companions implements AsyncDisposable {
  readonly #all: readonly Companion[];
  readonly #tell: (event: EventBody) => void;
  #isTelling = false;

  private constructor(all: readonly Companion[], tell: (event: EventBody) => void) {
    this.#all = all;
    this.#tell = tell;
  }

  /** One that cannot be opened is said and left out: a watch without it is better than none. */
  static async open(loaders: readonly CompanionLoader[], options: CompanionOptions): Promise<Companions> {
    const openers = await Promise.all(loaders.map((load) => load()));
    const all = openers.flatMap((open) => {
      try {
        return open(options) ?? [];
      } catch (error) {
        options.tell(troubleOf(error));
        return [];
      }
    });
    return new Companions(all, options.tell);
  }

  onLook(look: TickResult): void {
    this.#each((companion) => companion.onLook?.(look));
  }

  onEvent(event: WatchdogEvent): void {
    this.#each((companion) => companion.onEvent?.(event));
  }

  onConfig(loaded: Loaded): void {
    this.#each((companion) => companion.onConfig?.(loaded));
  }

  /** A failure is said in the log and leaves the others, and the tick, alone; what fails while saying it does not recur. */
  #each(act: (companion: Companion) => void): void {
    for (const companion of this.#all) {
      try {
        act(companion);
      } catch (error) {
        if (this.#isTelling) continue;
        this.#isTelling = true;
        try {
          this.#tell(troubleOf(error));
        } finally {
          this.#isTelling = false;
        }
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const companion of this.#all) {
      try {
        await companion[Symbol.asyncDispose]();
      } catch (error) {
        this.#tell(troubleOf(error));
      }
    }
  }
}

const troubleOf = (error: unknown): EventBody => ({
  type: "trouble",
  what: `beside the watch: ${String(error)}`,
});
