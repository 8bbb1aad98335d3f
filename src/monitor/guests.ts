/** Commands that run under a monitor which was there before them (`monitor -- <command>`). */
import type { Self } from "../core/policy.ts";
import type { ProcessId } from "../core/process.ts";
import type { Pin, ProcessControl } from "../ports.ts";

export class Guests {
  readonly #control: Pick<ProcessControl, "pin">;
  readonly #pins = new Map<number, Pin>();
  /** The same value for as long as the guests are the same: what is found out for one look is kept by it. */
  #self: { readonly own: Self; readonly self: Self } | null = null;

  constructor(control: Pick<ProcessControl, "pin">) {
    this.#control = control;
  }

  /** Held from now on, so that nobody else has its pid; false: it is gone. */
  add(id: ProcessId): boolean {
    const pin = this.#control.pin(id);
    if (typeof pin === "string") return false;
    this.#pins.get(id.pid)?.[Symbol.dispose]();
    this.#pins.set(id.pid, pin);
    this.#self = null;
    return true;
  }

  /** Those that live on, in what is known of ourselves. */
  with(own: Self): Self {
    for (const [pid, pin] of this.#pins) {
      const state = pin.status()?.state ?? "dead";
      if (state !== "dead" && state !== "zombie") continue;
      pin[Symbol.dispose]();
      this.#pins.delete(pid);
      this.#self = null;
    }
    if (this.#pins.size === 0) return own;
    if (this.#self?.own !== own)
      this.#self = { own, self: { ...own, guestCommands: new Set(this.#pins.keys()) } };
    return this.#self.self;
  }
}
