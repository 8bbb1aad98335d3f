/** Holds processes and signals them. */
import type { Signal } from "../core/plan/outcome.ts";
import type { Mark, Marks, ProcessId, ProcessState } from "../core/process/process.ts";
import type { FreezeGuard } from "./guard.ts";

export interface Pin extends Disposable {
  readonly id: ProcessId;
  /** Re-checks the identity, then sends. Never throws for what a process may do. */
  send(signal: Signal): "sent" | "gone" | "not-permitted" | "identity-changed";
  /** Resolves when the whole thread group has ended (true) or `withinMs` passed (false). Native: no polling. */
  exited(withinMs: number): Promise<boolean>;
  /**
   * Leaves a harmless mark that whoever it starts from now on inherits, however it starts them. false: it bears that mark
   * already, or this system has none; then there is no proof of descent.
   */
  mark(mark: Mark): boolean;
  /**
   * The process's status now; `pendingKill` = SIGKILL is queued and not delivered. null = gone and reaped.
   */
  status(): PinStatus | null;
}

export interface PinStatus {
  readonly state: ProcessState;
  /** null = not told by this system. */
  readonly threads: number | null;
  readonly ppid: number;
  readonly pendingKill: boolean;
  /** Dead: it is giving back what it holds, and runs no code of its own any more. Missing = not told. */
  readonly isExiting?: boolean;
  /** Dead, and its parent can reap it only after this one, which traces it, has taken its status. */
  readonly tracer?: number;
  /** Inside a frozen cgroup (v1 freezer or v2 cgroup.freeze). */
  readonly frozen: boolean;
}

export interface ProcessControl {
  /** Start times are told apart from those of another boot by this; "" = they need not be, or it is not told. */
  readonly bootId: string;
  /**
   * As long as a process is younger than this, ms, another one can still come to have the same pid *and*
   * start time.
   */
  readonly ambiguousAgeMs: number;
  /** The number of pins that may be kept for long. */
  readonly mostKept: number;
  /** Opens, then verifies: the identity is read after the handle is held. */
  pin(id: ProcessId): Pin | "gone" | "identity-changed";
  /** The process that has this pid now; null when none has. */
  identify(pid: number): ProcessId | null;
  /** The marks of the process that has this pid now; null = cannot be told. */
  marks(pid: number): Marks | null;
  /** A lease of the process that thaws what we froze should we die or be stopped; started with the first and kept. It may throw. */
  guard(): Promise<FreezeGuard>;
  /** Processes that read what this process writes (its stdout and stderr pipes): freezing them blocks us. */
  readersOfOurOutput(pids: readonly number[]): ReadonlySet<number>;
}
