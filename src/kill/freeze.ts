/** Stopping processes so that they can start no others; nothing stays stopped whatever happens (I4). */
import { messageOf } from "../text/system-error.ts";
import type { EventBody } from "../core/plan/event.ts";
import { processKey, type ProcessId } from "../core/process/process.ts";
import type { FreezeGuard } from "../ports/guard.ts";
import type { TerminatePorts } from "./ports.ts";
import type { Target } from "./target.ts";

type FreezePorts = Pick<TerminatePorts, "control" | "frozen">;

/** Up before the first SIGSTOP; when it is disposed, every survivor is continued. */
export class Freeze implements AsyncDisposable {
  readonly #recorded: ProcessId[] = [];
  readonly #stopped: Target[] = [];
  readonly #neverStop = new Set<string>();
  #guard: FreezeGuard | null = null;
  /** Guard and record both work. */
  #safe = true;

  private constructor(
    private readonly ports: FreezePorts,
    private readonly stepId: string,
    private readonly tell: (event: EventBody) => void,
  ) {}

  /**
   * Never fails: where no guard can be started (a fork bomb took the last pid) or no record be written (the disk is
   * full), nothing is stopped, and SIGKILL has to win the race by itself.
   */
  static async begin(ports: FreezePorts, stepId: string, tell: (event: EventBody) => void): Promise<Freeze> {
    const freeze = new Freeze(ports, stepId, tell);
    await freeze.#guarded(async () => {
      freeze.#guard = await ports.control.guard();
    });
    return freeze;
  }

  /** Sends SIGSTOP to those that may be stopped and were not yet; resolves with whether there were any. */
  async stop(targets: readonly Target[]): Promise<boolean> {
    const fresh = this.#stoppable(targets.filter((target) => !target.sent("SIGSTOP")));
    if (fresh.length === 0) return false;
    const ids = fresh.map(({ pin }) => pin.id);
    this.#recorded.push(...ids);
    await this.#guarded(async () => {
      this.ports.frozen.add(ids);
      await this.#guard?.watch(ids);
    });
    if (!this.#safe) return false;
    const named = fresh.map(({ sample: { id, command } }) => ({ id, command }));
    this.tell({ type: "freezing", stepId: this.stepId, targets: named });
    for (const target of fresh) if (target.send("SIGSTOP")) this.#stopped.push(target);
    return true;
  }

  /** Whether all of these stand still, or never will: SIGSTOP takes effect when the process next runs. */
  isStill(targets: readonly Target[]): boolean {
    return targets.every((target) => {
      if (!target.sent("SIGSTOP")) return true;
      const status = target.pin.status();
      return status === null || status.frozen || ["stopped", "zombie", "dead"].includes(status.state);
    });
  }

  /** A reader of our own output would block us while it is stopped, and itself for ever: it is KILLed running. */
  #stoppable(targets: readonly Target[]): readonly Target[] {
    if (!this.#safe || targets.length === 0) return [];
    const unknown = targets.filter(({ pin }) => !this.#neverStop.has(processKey(pin.id)));
    const readers = this.ports.control.readersOfOurOutput(unknown.map(({ pin }) => pin.id.pid));
    for (const { pin } of unknown) if (readers.has(pin.id.pid)) this.#neverStop.add(processKey(pin.id));
    return unknown.filter(({ pin }) => !readers.has(pin.id.pid) && pin.status() !== null);
  }

  async #guarded(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#safe = false;
      const reason = messageOf(error);
      this.tell({
        type: "trouble",
        what: `Killing without freezing first, because nothing would thaw: ${reason}`,
      });
    }
  }

  /** Where a SIGCONT cannot be sent (no process left to ask ps with) the guard sends it, and else the next start, by the record. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      for (const target of this.#stopped) target.send("SIGCONT");
      if (this.#recorded.length > 0) this.ports.frozen.remove(this.#recorded);
    } finally {
      await this.#guard?.[Symbol.asyncDispose]();
    }
  }
}
