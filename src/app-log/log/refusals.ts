/** Tells, once, that the system refuses something to a log file, and that it does so no more. */
import { messageOf } from "../../text/system-error.ts";

/** `why` says why lines do not reach the file; null = they do again. */
export type OnTrouble = (path: string, why: string | null) => void;

export class Refusals {
  readonly #path: string;
  readonly #onTrouble: OnTrouble;
  #why: string | null = null;

  constructor(path: string, onTrouble: OnTrouble) {
    this.#path = path;
    this.#onTrouble = onTrouble;
  }

  /** The reason why lines do not reach the file now; null = they do. */
  get why(): string | null {
    return this.#why;
  }

  /** Returns false if the system refuses something of what `act` does. */
  guards(act: () => void): boolean {
    try {
      act();
      return true;
    } catch (error) {
      const before = this.#why;
      this.#why = messageOf(error);
      if (before === null) this.#onTrouble(this.#path, this.#why);
      return false;
    }
  }

  end(): void {
    if (this.#why === null) return;
    this.#why = null;
    this.#onTrouble(this.#path, null);
  }
}
