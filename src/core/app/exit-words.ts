/** This says in words for people how an instance ended. */
import type { ExitReason } from "./app-state.ts";
import type { AppLimits } from "./app-spec.ts";
import { bytes, duration } from "../../text/wording.ts";

interface ExitFacts {
  readonly reason: ExitReason;
  readonly code: number | null;
  readonly signal: string | null;
  readonly tookMs: number;
  readonly limits: AppLimits;
  /** The cause of `spawn-failed` and `not-ready`: it says what went wrong. */
  readonly cause: string | null;
}

export function exitWords(facts: ExitFacts): string {
  const { reason, code, signal, cause } = facts;
  const after = `after ${duration(facts.tookMs)}`;
  switch (reason) {
    case "exited":
      return `ended by itself with code ${code ?? "?"} ${after}`;
    case "signal":
      return `ended by ${signal ?? "a signal"} ${after}`;
    case "oom":
      return `killed ${after}: it needed more than its memory limit${limit(facts.limits.memoryBytes)}`;
    case "cpu-limit":
      return `killed ${after}: it used more than its CPU limit${percent(facts.limits.cpuPercent)}`;
    case "not-ready":
      return `stopped ${after}: ${cause ?? "it was not ready in time"}`;
    case "spawn-failed":
      return `could not be started: ${cause ?? "nobody knows why"}`;
    case "stopped":
      return `stopped ${after}`;
    case "unknown":
      return "ended, and nobody knows how: the manager that had started it was gone";
  }
}

const limit = (memoryBytes: number | null): string =>
  memoryBytes === null ? "" : ` (${bytes(memoryBytes)})`;
const percent = (cpuPercent: number | null): string =>
  cpuPercent === null ? "" : ` (${cpuPercent} % of a core)`;
