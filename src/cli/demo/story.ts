/** Retells what the watchdog says, event by event, for a person who sees it for the first time. Pure. */
import type { WatchdogEvent } from "../../core/event.ts";
import { isDead, type Signal, type TargetOutcome } from "../../core/outcome.ts";
import { duration } from "../../core/wording.ts";
import { describeOutcome } from "../render/describe-outcome.ts";

export interface Line {
  readonly pid: number;
  readonly word: "suspect" | "runaway" | "dead" | "alive!" | "spared";
  readonly text: string;
}

/** Nobody sees the difference. */
const AT_ONCE_MS = 100;

const signalsOf = (outcomes: readonly TargetOutcome[]): readonly Signal[] => [
  ...new Set(outcomes.flatMap(({ signals }) => signals)),
];

/** "SIGTERM was enough" … "SIGTERM was ignored, so SIGKILL": how it ended, in the words of who watches. */
export function howItEnded(outcomes: readonly TargetOutcome[]): string {
  const alive = outcomes.filter(({ result }) => !isDead(result));
  if (alive.length > 0)
    return alive.map(({ id, result }) => `${id.pid} ${describeOutcome(result)}`).join(", ");
  const tookMs = Math.max(...outcomes.map((outcome) => outcome.tookMs));
  const signals = signalsOf(outcomes);
  const all = outcomes.length === 1 ? "" : `all ${outcomes.length} processes: `;
  const gone = tookMs < AT_ONCE_MS ? "gone at once" : `gone after ${duration(tookMs)}`;
  if (!signals.includes("SIGKILL")) return `${all}SIGTERM was enough, ${gone}`;
  if (outcomes.length > 1) {
    const frozen = signals.includes("SIGSTOP") ? "frozen first, then SIGKILL" : "SIGKILL";
    return `${all}${frozen}, ${gone}`;
  }
  return signals.includes("SIGTERM")
    ? `ignored SIGTERM for ${duration(tookMs)}, so SIGKILL; gone`
    : `SIGKILL without a grace, ${gone}`;
}

/** null: nothing that a first look needs. */
export function tell(event: WatchdogEvent): Line | null {
  switch (event.type) {
    case "suspect":
      return { pid: event.victim.id.pid, word: "suspect", text: event.evidence };
    case "intent":
      return { pid: event.victim.id.pid, word: "runaway", text: `${event.evidence} → ${event.signal}` };
    case "outcome":
      return {
        pid: event.victim.id.pid,
        word: event.outcomes.every(({ result }) => isDead(result)) ? "dead" : "alive!",
        text: howItEnded(event.outcomes),
      };
    case "held-back":
      return { pid: event.victim.id.pid, word: "spared", text: `${event.evidence}; ${event.because}` };
    case "started":
    case "stopped":
    case "reprieve":
    case "freezing":
    case "thawed":
    case "breaker":
    case "config-changed":
    case "config-rejected":
    case "maintenance":
    case "trouble":
      return null;
  }
}
