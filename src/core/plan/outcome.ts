/** What became of one target. "It was signalled" is not an outcome. */
import type { ProcessId } from "../process/process.ts";

export type Signal = "SIGTERM" | "SIGKILL" | "SIGSTOP" | "SIGCONT";

export type Outcome =
  | { readonly outcome: "gone" }
  /** Exited, holds nothing, waits for its parent to reap it, or first of all for whoever traces it (a debugger). */
  | {
      readonly outcome: "zombie";
      readonly parent: number;
      readonly parentCommand: string;
      readonly tracer?: number;
      readonly tracerCommand?: string;
    }
  /** SIGKILL is pending; the process is in a D state or a frozen cgroup. */
  | { readonly outcome: "uninterruptible"; readonly where: string }
  | { readonly outcome: "not-permitted"; readonly uid: number | null }
  /**
   * The pid now belongs to something else: nothing was sent. With `as` it is the same process, alive, that has become
   * another program (execve(2) keeps pid and start time), one that is not ours to stop.
   */
  | { readonly outcome: "identity-changed"; readonly as?: string }
  | { readonly outcome: "survived" }
  /** The target is dead and a twin of it is back, started by this supervisor. */
  | { readonly outcome: "respawned"; readonly by: number; readonly byCommand: string; readonly pid: number };

export interface TargetOutcome {
  readonly id: ProcessId;
  /** Unix epoch ms, as in the sample. */
  readonly startTimeMs: number;
  readonly command: string;
  readonly result: Outcome;
  readonly signals: readonly Signal[];
  readonly tookMs: number;
}

/** The target is dead; somebody has run its program again. That is named, and is no survivor. */
export const isBack = ({ outcome }: Outcome): boolean => outcome === "respawned";

/** Success means gone, or a zombie without threads; anything else is named and counted. */
export const isDead = (result: Outcome): boolean =>
  result.outcome === "gone" ||
  result.outcome === "zombie" ||
  (result.outcome === "identity-changed" && result.as === undefined);
