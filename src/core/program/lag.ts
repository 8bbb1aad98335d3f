/** How late an event loop is: how much later than it should a timer is called. What keeps the loop from it is the program's own work. */

export interface EventLoopLag {
  /** Of the timer's calls since the last reading. */
  readonly meanMs: number;
  readonly maxMs: number;
}

export class LagMeter {
  readonly #everyMs: number;
  #dueMs: number;
  #lateMs: number[] = [];

  /** `nowMs`: the timer begins, and is called every `everyMs` from now on. */
  constructor(everyMs: number, nowMs: number) {
    this.#everyMs = everyMs;
    this.#dueMs = nowMs + everyMs;
  }

  /** The timer was called. A loop that was held up calls it once, however often it was due. */
  called(nowMs: number): void {
    this.#lateMs.push(Math.max(0, nowMs - this.#dueMs));
    this.#dueMs = nowMs + this.#everyMs;
  }

  /** Since it was taken last; at least one call is between two of these. */
  take(): EventLoopLag {
    const late = this.#lateMs;
    this.#lateMs = [];
    const sum = late.reduce((total, each) => total + each, 0);
    return { meanMs: sum / Math.max(1, late.length), maxMs: Math.max(0, ...late) };
  }
}
