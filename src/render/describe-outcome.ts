/** Says what became of a process, in words. */
import type { Outcome } from "../core/plan/outcome.ts";

export function describeOutcome(result: Outcome): string {
  switch (result.outcome) {
    case "gone":
      return "gone";
    case "zombie":
      if (result.tracer !== undefined)
        return `ended; ${result.tracerCommand ?? "its debugger"} (${result.tracer}), which traces it, has not taken note`;
      return `ended; ${result.parentCommand} (${result.parent}) has not reaped it`;
    case "uninterruptible":
      return `does not end yet: SIGKILL is pending, ${result.where}`;
    case "not-permitted":
      return `not permitted: it belongs to ${result.uid === null ? "another user" : `uid ${result.uid}`}`;
    case "identity-changed":
      return result.as === undefined
        ? "another process has this pid now: nothing was sent"
        : `lives on as another program, which is not stopped: ${result.as}`;
    case "survived":
      return "survived SIGKILL";
    case "respawned":
      return `is dead, and came back as ${result.pid}, started by ${result.byCommand} (${result.by})`;
  }
}
