/** Commands that run under a monitor which was there before them (`monitor -- <command>`). */
import type { Self } from "../core/judge/policy.ts";
import type { ProcessId } from "../core/process/process.ts";
import type { Pin, ProcessControl } from "../ports/control.ts";
import type { CarriedOut } from "../wire/reports.ts";

export class Guests {
  readonly #control: Pick<ProcessControl, "pin">;
  readonly #guests = new Map<number, { readonly pin: Pin; readonly stopped: CarriedOut[] }>();

  constructor(control: Pick<ProcessControl, "pin">) {
    this.#control = control;
  }

  /** All below it is a command that somebody waits for. Held, so that nobody else has its pid; false: it is gone. */
  add(id: ProcessId): boolean {
    const pin = this.#control.pin(id);
    if (typeof pin === "string") return false;
    this.remove(id.pid);
    this.#guests.set(id.pid, { pin, stopped: [] });
    return true;
  }

  /** What was stopped meanwhile: what a command has let go of may be below nobody. */
  remove(pid: number): readonly CarriedOut[] {
    const guest = this.#guests.get(pid);
    guest?.pin[Symbol.dispose]();
    this.#guests.delete(pid);
    return guest?.stopped ?? [];
  }

  note(step: CarriedOut): void {
    for (const { stopped } of this.#guests.values()) stopped.push(step);
  }

  /** Those that live on, in what is known of ourselves. */
  with(own: Self): Self {
    for (const [pid, { pin }] of this.#guests) {
      const state = pin.status()?.state ?? "dead";
      if (state === "dead" || state === "zombie") this.remove(pid);
    }
    if (this.#guests.size === 0) return own;
    return { ...own, commandPids: new Set([...(own.commandPids ?? []), ...this.#guests.keys()]) };
  }
}
