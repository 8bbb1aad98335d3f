/**
 * Identity first (I2), without a handle: what a pid means is read when it is pinned and again right before each signal.
 * Between that reading and the signal lie some 50 µs in which the process could end and its pid pass on; only a system
 * with pidfds, as the native backend uses, closes that gap.
 */
import { constants } from "node:os";
import type { Signal } from "../../core/plan/outcome.ts";
import type { ProcessId } from "../../core/process/process.ts";
import type { Pin, PinStatus } from "../../ports/control.ts";
import type { EndWatch } from "./ends.ts";
import { compare, compareToContinue, sendTo } from "./identity.ts";
import type { PsRow } from "./ps-text.ts";
import { killTree } from "./tree-kill.ts";

export interface PinPorts {
  readonly ends: EndWatch;
  readonly rowOf: (pid: number) => PsRow | null;
  /** Whether it has descendants, and all of them stand still by our doing. */
  readonly standsStill: (pin: PortablePin) => boolean;
  readonly forget: (pin: PortablePin) => void;
}

export class PortablePin implements Pin {
  #isStopped = false;
  #isKilled = false;

  constructor(
    readonly id: ProcessId,
    private readonly ports: PinPorts,
  ) {}

  /** By our SIGSTOP, which is sent to nobody but those who are to die. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  send(signal: Signal): "sent" | "gone" | "not-permitted" | "identity-changed" {
    const treeDies = signal === "SIGKILL" && this.#isStopped && this.ports.standsStill(this);
    if (treeDies) killTree(this.id.pid);
    const now = this.ports.rowOf(this.id.pid);
    const who = signal === "SIGCONT" ? compareToContinue(this.id, now) : compare(this.id, now);
    if (who === "gone" && treeDies) return "sent";
    if (who !== "same") return who;
    const result = sendTo(this.id.pid, constants.signals[signal]);
    if (result !== "sent") return result;
    this.#isKilled ||= signal === "SIGKILL";
    this.#isStopped = signal === "SIGSTOP" || (this.#isStopped && signal !== "SIGCONT");
    return "sent";
  }

  mark(): boolean {
    return false;
  }

  exited(withinMs: number): Promise<boolean> {
    return this.ports.ends.wait(this.id, withinMs);
  }

  /** A SIGKILL that we sent and that has not ended it yet is pending. A frozen cgroup shows as uninterruptible. */
  status(): PinStatus | null {
    const now = this.ports.rowOf(this.id.pid);
    if (now === null || now.startS !== this.id.startTicks) return null;
    const { state, threads, ppid } = now;
    return { state, threads, ppid, pendingKill: this.#isKilled, frozen: false };
  }

  [Symbol.dispose](): void {
    this.ports.ends.cancel(this.id);
    this.ports.forget(this);
  }
}
