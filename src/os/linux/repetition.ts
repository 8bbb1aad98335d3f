/** What is looked at again and again: by a timer or, while the event loop stands still, by whoever rests. */
import type { Clock } from "../../ports.ts";

export class Repetition {
  /** Of the next look; monotonic. */
  atMs: number;
  isOver = false;
  #failure: { readonly error: unknown } | null = null;
  readonly #clock: Clock;
  readonly #look: () => number | null;

  constructor(clock: Clock, firstMs: number, look: () => number | null) {
    this.#clock = clock;
    this.#look = look;
    this.atMs = clock.monotonicMs() + firstMs;
  }

  lookIfDue(): void {
    if (this.isOver || this.#clock.monotonicMs() < this.atMs) return;
    try {
      const nextMs = this.#look();
      if (nextMs === null) this.isOver = true;
      else this.atMs = this.#clock.monotonicMs() + nextMs;
    } catch (error) {
      this.isOver = true;
      this.#failure = { error };
    }
  }

  /** Throws what the look threw. */
  async toEnd(signal: AbortSignal): Promise<void> {
    while (!this.isOver && !signal.aborted) {
      // whoever rests may have looked by then
      await this.#clock.sleep(this.atMs - this.#clock.monotonicMs(), signal);
      if (!signal.aborted) this.lookIfDue();
    }
    if (this.#failure !== null) throw this.#failure.error;
  }
}
