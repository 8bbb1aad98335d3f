/** Which events are worth an alert, and what it says. */
import type { WatchdogEvent } from "../../core/plan/event.ts";
import { maskText, printable } from "../../text/mask.ts";
import { isDead, type TargetOutcome } from "../../core/plan/outcome.ts";
import { describeOutcome } from "../../render/describe-outcome.ts";
import type { Alert, AlertFacts, AlertReason, TargetEnd } from "../../core/plan/alert.ts";

export type Intent = WatchdogEvent & { readonly type: "intent" };
type OutcomeEvent = WatchdogEvent & { readonly type: "outcome" };

const MOST_COMMAND = 200;
const MOST_EVIDENCE = 400;
const MOST_PROBLEM = 600;
const MOST_PATH = 300;
/** A victim may have thousands of descendants. */
const MOST_OUTCOMES = 12;

/** null = nobody wants to be told. `intent` is the one of an outcome's step: it has the evidence. */
export function alertOf(
  event: WatchdogEvent,
  intent: Intent | null,
  on: readonly AlertReason[],
): Alert | null {
  const made = anyAlertOf(event, intent);
  return on.some((reason) => reason === made?.reason) ? made : null;
}

function anyAlertOf(event: WatchdogEvent, intent: Intent | null): Alert | null {
  const { type, atMs } = event;
  if (type === "outcome") return alertOfOutcome(event, intent);
  if (type === "breaker" && event.open) {
    const { killsLastMinute } = event;
    return alert("breaker", `breaker-${atMs}`, atMs, "", { kind: "breaker", killsLastMinute });
  }
  // trouble with an alert must not become an alert, and nothing else is worth being woken for
  if (type !== "config-rejected") return null;
  const problem = printable(maskText(event.problem), MOST_PROBLEM);
  const path = printable(event.path, MOST_PATH);
  return alert("config-error", `config-error-${atMs}`, atMs, problem, { kind: "config", path, problem });
}

function alertOfOutcome(event: OutcomeEvent, intent: Intent | null): Alert | null {
  const { victim, rule, outcomes, stepId, atMs } = event;
  // who stopped it by hand sees what became of it
  if (rule === "manual") return null;
  const alive = outcomes.filter(({ result }) => !isDead(result));
  const dead = outcomes.filter(({ result }) => isDead(result));
  // it ended by itself before anything was sent, or the pid is somebody else's by now
  const hit = outcomes.filter(
    ({ result, signals }) => result.outcome !== "identity-changed" && signals.length > 0,
  );
  if (alive.length === 0 && hit.length === 0) return null;
  const reason = alive.length === 0 ? "kill" : "survivor";
  return alert(reason, `${reason}-${stepId}`, atMs, `${rule} ${intent?.cwd ?? ""} ${victim.command}`, {
    kind: "step",
    pid: victim.id.pid,
    command: printable(victim.command, MOST_COMMAND),
    rule,
    evidence: intent === null ? null : printable(intent.evidence, MOST_EVIDENCE),
    folder: intent === null || intent.cwd === null ? null : printable(intent.cwd, MOST_EVIDENCE),
    targets: outcomes.length,
    alive: alive.length,
    outcomes: [...alive, ...dead].slice(0, MOST_OUTCOMES).map(end),
    left: event.left.length,
  });
}

const end = ({ id, result }: TargetOutcome): TargetEnd => ({
  pid: id.pid,
  outcome: result.outcome,
  became: printable(describeOutcome(result), MOST_COMMAND),
});

const alert = (reason: AlertReason, id: string, atMs: number, about: string, facts: AlertFacts): Alert => ({
  id,
  reason,
  atMs,
  about: `${reason} ${about}`,
  facts,
  repeats: 0,
  omitted: 0,
});
