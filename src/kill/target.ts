/** One process that is being stopped: its pin, what was sent to it, and what is known about its end. */
import type { Signal } from "../core/plan/outcome.ts";
import { processKey, type ProcessSample } from "../core/process/process.ts";
import type { Clock } from "../ports/clock.ts";
import type { Pin, PinStatus } from "../ports/control.ts";

export class Target implements Disposable {
  readonly signals: Signal[] = [];
  /** The first refusal is final: nothing is sent after it, except SIGCONT. */
  refusal: "not-permitted" | "identity-changed" | null = null;
  /** Monotonic; null = it has not ended yet, as far as we know. */
  endedMs: number | null = null;
  /** It bears our mark: so does whoever it starts. */
  isMarked = false;
  sinceMs: number;
  /** As it was when the pin was given up; undefined = it is held. */
  #last: PinStatus | null | undefined;

  constructor(
    readonly sample: ProcessSample,
    readonly pin: Pin,
    private readonly clock: Clock,
  ) {
    this.sinceMs = clock.monotonicMs();
  }

  send(signal: Signal): boolean {
    if (this.endedMs !== null || (this.refusal !== null && signal !== "SIGCONT")) return false;
    const result = this.pin.send(signal);
    switch (result) {
      case "sent":
        this.signals.push(signal);
        return true;
      case "gone":
        this.#end();
        return false;
      case "not-permitted":
      case "identity-changed":
        this.refusal ??= result;
        return false;
    }
  }

  /** The kernel has sent it to all of a container, this one included. */
  killedInContainer(): void {
    this.signals.push("SIGKILL");
  }

  sent(signal: Signal): boolean {
    return this.signals.includes(signal);
  }

  /** Resolves at its end, by notification, or after `withinMs`. */
  async waitForEnd(withinMs: number): Promise<void> {
    if (this.endedMs === null && (await this.pin.exited(withinMs))) this.#end();
  }

  /** Another sample of the same process, perhaps as another program. */
  isAlso({ id }: ProcessSample): boolean {
    return this.endedMs === null && processKey(this.sample.id) === processKey(id);
  }

  /** What was done to this program was done to that one, which the same process has become. */
  continueAs(next: Target): void {
    next.signals.unshift(...this.signals);
    next.sinceMs = this.sinceMs;
    this[Symbol.dispose]();
  }

  /** How it stands; once it is released, how it stood then. */
  status(): PinStatus | null {
    return this.#last === undefined ? this.pin.status() : this.#last;
  }

  get isReleased(): boolean {
    return this.#last !== undefined;
  }

  /** Gives the descriptor of one that has ended to others. */
  release(): void {
    if (this.#last !== undefined) return;
    this.#last = this.pin.status();
    this.pin[Symbol.dispose]();
  }

  #end(): void {
    this.endedMs ??= this.clock.monotonicMs();
  }

  [Symbol.dispose](): void {
    if (this.#last === undefined) this.pin[Symbol.dispose]();
  }
}
