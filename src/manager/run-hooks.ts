/** A process of an instance is given these hooks, and it reports through them. */
import type { ExitReason } from "../core/app/app-state.ts";
import type { ManagerPorts } from "./ports.ts";

export interface RunEnd {
  readonly reason: ExitReason;
  readonly code: number | null;
  readonly signal: string | null;
  readonly upMs: number;
  /** For a failure that is not the process's own, this says what went wrong. */
  readonly cause: string | null;
  readonly survivors: readonly string[];
}

export interface RunPorts extends Pick<ManagerPorts, "supervisor" | "logs" | "clock" | "probes"> {
  /** Aborts when the manager leaves: nothing is ended from then on. */
  readonly leaving: AbortSignal;
}

export interface RunHooks<Of> {
  /** This is called before the process exists. */
  onJob(run: Of): void;
  onStarted(run: Of): void;
  onReady(run: Of): void;
  onLate(run: Of, cause: string): void;
  onOver(run: Of, end: RunEnd): void;
  /** Something did not go as it should, and the run goes on. */
  onTrouble(words: string): void;
}
