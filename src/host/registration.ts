/**
 * A monitor's lock and socket, by which it is found and which keep a second one from its jobs (I10). Both are files that
 * anybody of the account can remove: a cleaner of temporary files, a `rm -rf` of the runtime directory.
 */
import { dirname } from "node:path";
import type { Serving } from "../wire/server.ts";
import type { Lock } from "../os/lock.ts";
import { messageOf } from "../text/system-error.ts";

/** A look is one or two lstat(2). */
const LOOK_EVERY_MS = 10_000;

interface RegistrationPorts {
  /** Takes the scope's lock, in a directory made anew where need be. Throws where another monitor has the scope. */
  readonly take: () => Promise<Lock>;
  readonly serve: (directory: string) => Serving;
  /** They had gone, and are back. */
  readonly onRetaken: () => void;
  readonly onTrouble: (what: string) => void;
  /** Another monitor has taken over meanwhile: this one has to end. */
  readonly onLost: (error: Error) => void;
  readonly isLoss: (error: unknown) => error is Error;
  readonly nowMs: () => number;
}

export class Registration implements Disposable {
  readonly #ports: RegistrationPorts;
  #lock: Lock;
  #serving: Serving;
  #lookedMs: number;
  #trouble = "";
  #retaking: Promise<void> | null = null;

  constructor(lock: Lock, ports: RegistrationPorts) {
    this.#lock = lock;
    this.#ports = ports;
    this.#serving = ports.serve(dirname(lock.path));
    this.#lookedMs = ports.nowMs();
  }

  /** Called with every tick. */
  look(everyMs = LOOK_EVERY_MS): void {
    const nowMs = this.#ports.nowMs();
    if (nowMs - this.#lookedMs < everyMs || this.#retaking !== null) return;
    this.#lookedMs = nowMs;
    if (this.#lock.isInForce() && this.#serving.isInForce()) return;
    this.#retaking = this.#retake().finally(() => (this.#retaking = null));
  }

  async #retake(): Promise<void> {
    const { take, serve, onRetaken, onTrouble, onLost, isLoss } = this.#ports;
    try {
      // else this monitor would be found, and taken for another one
      this.#serving[Symbol.dispose]();
      if (!this.#lock.isInForce()) {
        const lock = await take();
        this.#lock[Symbol.dispose]();
        this.#lock = lock;
      }
      this.#serving = serve(dirname(this.#lock.path));
      this.#trouble = "";
      onRetaken();
    } catch (error) {
      if (isLoss(error)) return onLost(error);
      const what = messageOf(error);
      if (what !== this.#trouble) onTrouble(what);
      this.#trouble = what;
    }
  }

  /** The same as `answered` of a Serving. */
  get answered(): Promise<unknown> {
    return this.#serving.answered;
  }

  [Symbol.dispose](): void {
    this.#serving[Symbol.dispose]();
    this.#lock[Symbol.dispose]();
  }
}
