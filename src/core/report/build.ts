/** From what the history says and what is in force to the report. */
import type { Policy } from "../policy.ts";
import { allAdvice, type AdvisedPolicy } from "./advice/all.ts";
import type { Facts } from "./facts.ts";
import type { PeriodReport } from "./period.ts";

export function periodReport(facts: Facts, policy: AdvisedPolicy & Pick<Policy, "mode">): PeriodReport {
  const { evidence: _, ...said } = facts;
  return { ...said, mode: policy.mode, limits: policy.limits, advice: allAdvice(facts, policy) };
}
