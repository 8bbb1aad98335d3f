/** Tells the person at the victim's terminal who has stopped it, once that is done. */
import { isDead } from "../core/outcome.ts";
import type { Step } from "../core/plan.ts";
import type { Self } from "../core/policy.ts";
import { stoppedLine } from "../core/remedy.ts";
import type { Terminals } from "../ports.ts";
import type { CarriedOut } from "./report.ts";

export function tellTerminal(
  terminals: Terminals | undefined,
  { victim, verdict }: Step,
  project: string | null,
  outcomes: CarriedOut["outcomes"],
  caller: Self | undefined,
): void {
  const own = outcomes.find(({ id }) => id.pid === victim.id.pid);
  if (own === undefined || own.signals.length === 0 || !isDead(own.result)) return;
  const readers = caller === undefined ? [] : [caller.pid];
  terminals?.say(victim, stoppedLine(victim, verdict, project), readers);
}
