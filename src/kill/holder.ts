/** Pins targets, as many as there are descriptors for; the others wait until those have ended. */
import type { ProcessSample } from "../core/process/process.ts";
import { isOutOfDescriptors } from "../text/system-error.ts";
import type { TerminatePorts } from "./ports.ts";
import type { StaleTarget } from "./stale-target.ts";
import { Target } from "./target.ts";

/** Descriptors left to the journal, the record of what is frozen and the readings, when there are none for pins. */
const HEADROOM = 8;

export class FreezeHolder {
  #waiting: readonly ProcessSample[] = [];

  constructor(private readonly ports: Pick<TerminatePorts, "control" | "clock">) {}

  get waiting(): readonly ProcessSample[] {
    return this.#waiting;
  }

  wait(samples: readonly ProcessSample[]): void {
    this.#waiting = [...this.#waiting, ...samples];
  }

  /** A process that there is no descriptor for waits from now on. */
  hold(sample: ProcessSample): Target | "gone" | "identity-changed" | "exhausted" {
    const held = this.#try(sample);
    if (held === "exhausted") this.wait([sample]);
    return held;
  }

  /** As many of those that wait as can be held now; `hasOthers`: there are some whose end will give descriptors back. */
  holdWaiting(hasOthers: boolean): {
    readonly held: readonly Target[];
    readonly stale: readonly StaleTarget[];
  } {
    const queue = this.#waiting;
    this.#waiting = [];
    const held: Target[] = [];
    const stale: StaleTarget[] = [];
    for (const [at, sample] of queue.entries()) {
      const target = this.#try(sample);
      if (target === "exhausted") {
        this.#waiting = queue.slice(at);
        break;
      }
      if (typeof target === "string") stale.push({ sample, result: { outcome: target } });
      else held.push(target);
    }
    return { held: this.withHeadroom(held, hasOthers), stale };
  }

  /** Of those that were just pinned: where some have to wait, the last of these wait too. */
  withHeadroom(held: readonly Target[], hasOthers: boolean): readonly Target[] {
    if (this.#waiting.length === 0) return held;
    const most = Math.max(hasOthers ? 0 : 1, held.length - HEADROOM);
    const spare = held.slice(most);
    for (const target of spare) target[Symbol.dispose]();
    this.#waiting = [...spare.map(({ sample }) => sample), ...this.#waiting];
    return held.slice(0, most);
  }

  #try(sample: ProcessSample): Target | "gone" | "identity-changed" | "exhausted" {
    try {
      const pin = this.ports.control.pin(sample.id);
      return typeof pin === "string" ? pin : new Target(sample, pin, this.ports.clock);
    } catch (error) {
      if (isOutOfDescriptors(error)) return "exhausted";
      throw error;
    }
  }
}
