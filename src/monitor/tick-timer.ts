/** The time between two ticks: it ends when it is over, when somebody is heard of, when memory goes, or with the service. */
import type { Clock } from "../ports/clock.ts";

/** Ends come in bursts (a test run that is over), and get one tick for all of them. */
const BURST_MS = 1_000;

interface TimerOptions {
  readonly dueMs: number;
  /** About how long to sleep before the next look at `isUrgent`. */
  readonly pulseMs: () => number;
  readonly isUrgent: () => boolean;
}

export class TickTimer {
  readonly #clock: Clock;
  readonly #stop: AbortSignal;
  /** Ends the timer that is taken, or the next one. */
  #cut: AbortController;
  #woken = false;

  constructor(clock: Clock, stop: AbortSignal) {
    this.#clock = clock;
    this.#stop = stop;
    this.#cut = this.#fresh();
    stop.addEventListener("abort", () => this.#cut.abort());
  }

  /** Ends it a moment later; more of these in that moment change nothing. */
  wake(): void {
    if (this.#woken) return;
    this.#woken = true;
    const cut = this.#cut;
    void this.#clock.sleep(BURST_MS, this.#stop).then(() => cut.abort());
  }

  async take({ dueMs, pulseMs, isUrgent }: TimerOptions): Promise<void> {
    do {
      const leftMs = dueMs - this.#clock.monotonicMs();
      // evenly: a pulse just before the end would be one wake-up more for nothing
      const naps = Math.max(1, Math.round(leftMs / pulseMs()));
      await this.#clock.sleep(leftMs / naps, this.#cut.signal);
    } while (!this.#cut.signal.aborted && this.#clock.monotonicMs() < dueMs && !isUrgent());
    this.#woken = false;
    this.#cut = this.#fresh();
  }

  #fresh(): AbortController {
    const cut = new AbortController();
    if (this.#stop.aborted) cut.abort();
    return cut;
  }
}
