/** What the last look says about a process that is to be signalled, and what its terminal is told afterwards. */
import { find } from "../core/plan/by-hand.ts";
import { termsOf } from "../core/judge/governance.ts";
import type { Policy, Self } from "../core/judge/policy.ts";
import type { ProcessSample } from "../core/process/process.ts";
import { protectedProcess } from "../core/judge/protect.ts";
import type { JudgedJob } from "../core/judge/verdict.ts";
import type { TickResult } from "./tick.ts";
import { isDead } from "../core/plan/outcome.ts";
import type { Step } from "../core/plan/plan.ts";
import { stoppedLine } from "../core/plan/remedy.ts";
import type { Terminals } from "../ports/terminals.ts";
import type { CarriedOut } from "../wire/reports.ts";

export const judgedOf = ({ id }: ProcessSample, last: TickResult | null): JudgedJob | undefined =>
  last === null ? undefined : find(last.judgement, id.pid)?.judged;

/** What its job is judged by; of a newcomer it is not known yet whose it is. */
export function policyOf(process: ProcessSample, last: TickResult | null, inForce: Policy): Policy {
  const judged = judgedOf(process, last);
  return judged === undefined ? inForce : termsOf(judged.job, inForce).policy;
}

/** For processes that a rescan finds while a job is being stopped. */
export function mayKill(
  process: ProcessSample,
  last: TickResult | null,
  inForce: Policy,
  self: Self,
): boolean {
  if (protectedProcess(process, policyOf(process, last, inForce), self) !== null) return false;
  const judged = judgedOf(process, last);
  return judged === undefined || (judged.protectedBecause === null && judged.owner === null);
}

export function tellTerminal(
  terminals: Terminals | undefined,
  { victim, cause }: Step,
  project: string | null,
  outcomes: CarriedOut["outcomes"],
  caller: Self | undefined,
): void {
  const own = outcomes.find(({ id }) => id.pid === victim.id.pid);
  if (own === undefined || own.signals.length === 0 || !isDead(own.result)) return;
  const readers = caller === undefined ? [] : [caller.pid];
  terminals?.say(victim, stoppedLine(victim, cause, project), readers);
}
