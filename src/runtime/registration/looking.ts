/** Somebody looks: the lag of the event loop is measured, and a reading is due from time to time. */
import { LagMeter, type EventLoopLag } from "../../core/program/lag.ts";
import { READING_EVERY_MS } from "../../wire/programs.ts";

/** A loop that is held up for longer than that is always seen, a shorter time now and then. */
const LAG_EVERY_MS = 100;

export class Looking implements Disposable {
  readonly #onDue: (lag: EventLoopLag) => void;
  #timer: Timer | null = null;
  #dueMs = Number.NEGATIVE_INFINITY;

  /** `onDue` throws nothing: a timer's fault would be the program's. */
  constructor(onDue: (lag: EventLoopLag) => void) {
    this.#onDue = onDue;
  }

  begin(): void {
    this[Symbol.dispose]();
    const meter = new LagMeter(LAG_EVERY_MS, performance.now());
    this.#timer = setInterval(() => {
      const nowMs = performance.now();
      meter.called(nowMs);
      if (nowMs < this.#dueMs) return;
      this.#dueMs = nowMs + READING_EVERY_MS;
      this.#onDue(meter.take());
    }, LAG_EVERY_MS);
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer ?? undefined);
    this.#timer = null;
  }
}
