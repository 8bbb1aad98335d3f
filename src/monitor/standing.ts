/** What the last look says about a process that is to be signalled: whose terms it is under, and whether it may be. */
import { find } from "../core/by-hand.ts";
import { termsOf } from "../core/governance.ts";
import type { Policy, Self } from "../core/policy.ts";
import type { ProcessSample } from "../core/process.ts";
import { protectedProcess } from "../core/protect.ts";
import type { JudgedJob } from "../core/verdict.ts";
import type { Look } from "./tick.ts";

export const judgedOf = ({ id }: ProcessSample, last: Look | null): JudgedJob | undefined =>
  last === null ? undefined : find(last.judgement, id.pid)?.judged;

/** What its job is judged by; of a newcomer it is not known yet whose it is. */
export function policyOf(process: ProcessSample, last: Look | null, inForce: Policy): Policy {
  const judged = judgedOf(process, last);
  return judged === undefined ? inForce : termsOf(judged.job, inForce).policy;
}

/** For processes that a rescan finds while a job is being stopped. */
export function mayKill(process: ProcessSample, last: Look | null, inForce: Policy, self: Self): boolean {
  if (protectedProcess(process, policyOf(process, last, inForce), self) !== null) return false;
  const judged = judgedOf(process, last);
  return judged === undefined || (judged.protectedBecause === null && judged.owner === null);
}
