/**
 * Events of apps are told to all listeners: each listener has a buffer of its own, so a slow one holds up
 * nobody.
 */
import type { EventStream, SupervisorEvent } from "../ports/supervisor.ts";

const MOST_KEPT = 1_024;

export class SupervisorEvents {
  readonly #mostKept: number;
  readonly #streams = new Set<BoundedStream>();
  #isOver = false;

  /** `mostKept`: of one listener; at least 1. */
  constructor(mostKept = MOST_KEPT) {
    if (!Number.isSafeInteger(mostKept) || mostKept < 1)
      throw new RangeError(`A buffer of ${mostKept} events holds none. Give a whole number from 1 on.`);
    this.#mostKept = mostKept;
  }

  tell(event: SupervisorEvent): void {
    for (const stream of this.#streams) stream.push(event);
  }

  listen(): EventStream {
    const stream = new BoundedStream(this.#mostKept, () => this.#streams.delete(stream));
    if (this.#isOver) stream.end();
    else this.#streams.add(stream);
    return stream;
  }

  /** Whoever listens hears what is there, and then the end; whoever comes later the end alone. */
  close(): void {
    this.#isOver = true;
    for (const stream of this.#streams) stream.end();
    this.#streams.clear();
  }
}

class BoundedStream implements EventStream {
  readonly #kept: SupervisorEvent[] = [];
  readonly #mostKept: number;
  readonly #onClose: () => void;
  #dropped = 0;
  #isOver = false;
  #waiting: (() => void)[] = [];

  constructor(mostKept: number, onClose: () => void) {
    this.#mostKept = mostKept;
    this.#onClose = onClose;
  }

  get dropped(): number {
    return this.#dropped;
  }

  push(event: SupervisorEvent): void {
    this.#kept.push(event);
    if (this.#kept.length > this.#mostKept) {
      this.#kept.shift();
      this.#dropped++;
    }
    this.#wake();
  }

  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  [Symbol.asyncIterator](): AsyncIterator<SupervisorEvent> {
    return {
      next: async () => {
        for (;;) {
          const event = this.#kept.shift();
          if (event !== undefined) return { done: false, value: event };
          if (this.#isOver) return { done: true, value: undefined };
          await new Promise<void>((resolve) => this.#waiting.push(resolve));
        }
      },
      return: async () => {
        this[Symbol.dispose]();
        return { done: true, value: undefined };
      },
    };
  }

  [Symbol.dispose](): void {
    this.#onClose();
    this.#kept.length = 0;
    this.end();
  }
}
