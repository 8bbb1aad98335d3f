/**
 * Hears of the end of watched processes from the kernel instead of the next tick: an end is when children lose
 * their parent and supervisors start again. Costs nothing while nobody ends (one pidfd per process).
 */
import { processKey, type ProcessSample } from "../core/process/process.ts";
import { isOutOfDescriptors } from "../text/system-error.ts";
import type { Pin, ProcessControl } from "../ports/control.ts";

/** Descriptors are finite; what is beyond this is seen at the next tick. */
const MOST_FOLLOWED = 256;

export class ExitNotices implements Disposable {
  readonly #control: Pick<ProcessControl, "pin" | "mostKept">;
  readonly #onExit: () => void;
  readonly #followed = new Map<string, Pin>();

  constructor(control: Pick<ProcessControl, "pin" | "mostKept">, onExit: () => void) {
    this.#control = control;
    this.#onExit = onExit;
  }

  /** Follows exactly the Bun processes among these from now on. */
  follow(processes: Iterable<ProcessSample>): void {
    const wanted = new Map<string, ProcessSample>();
    const most = Math.min(MOST_FOLLOWED, this.#control.mostKept);
    for (const process of processes) {
      if (process.runtime !== "other" && wanted.size < most) wanted.set(processKey(process.id), process);
    }
    for (const [key, pin] of this.#followed) {
      if (wanted.has(key)) continue;
      this.#followed.delete(key);
      pin[Symbol.dispose]();
    }
    try {
      for (const [key, process] of wanted) if (!this.#followed.has(key)) this.#begin(key, process);
    } catch (error) {
      // whom there is no descriptor for is seen at the next tick
      if (!isOutOfDescriptors(error)) throw error;
    }
  }

  #begin(key: string, { id }: ProcessSample): void {
    // pid 1 and ourselves are not for pinning, and nobody here outlives them
    if (id.pid <= 1 || id.pid === process.pid) return;
    const pin = this.#control.pin(id);
    if (typeof pin === "string") return;
    this.#followed.set(key, pin);
    void pin.exited(Infinity).then((ended) => {
      if (!ended || this.#followed.get(key) !== pin) return;
      this.#followed.delete(key);
      pin[Symbol.dispose]();
      this.#onExit();
    });
  }

  [Symbol.dispose](): void {
    for (const pin of this.#followed.values()) pin[Symbol.dispose]();
    this.#followed.clear();
  }
}
