/** All advice for a period: per limit that holds for all, and per command that one of them is wrong for. */
import type { Policy } from "../../../core/judge/policy.ts";
import { bytes } from "../../../text/wording.ts";
import type { Advice, Need, PeriodReport, ReportFacts } from "../period.ts";
import { adviseConcurrency } from "./concurrency.ts";
import { adviseCpu } from "./cpu.ts";
import { adviseGeneral, MEMORY, TIMEOUT, type Measure } from "./general.ts";
import { tightCommands, type TightContext } from "./tight.ts";

/** A process that may use more than this of what is free could take the machine down. */
const SHARE_OF_MEMORY = 0.5;

/** Directories below `home` are written with ~; null = as they are. */
type AdvisedPolicy = Pick<Policy, "limits" | "rules" | "cpuHoldMs" | "projectRoot"> &
  Pick<TightContext["policy"], "home">;

/** Of one project the general limits are not judged: they hold for the others too. */
export function allAdvice(
  { project, totals: { watchedMs }, evidence }: Pick<ReportFacts, "project" | "totals" | "evidence">,
  policy: AdvisedPolicy,
): readonly Advice[] {
  const { limits } = policy;
  const { timeout, memory, cpu, concurrency } = evidence;
  const { leastAvailableBytes: least } = memory;
  const because = least === null ? "" : `but there were times with only ${bytes(least)} to be had`;
  const most = least === null ? null : { value: least * SHARE_OF_MEMORY, because };
  const ofMemory = tightCommands(memory.pressed, { policy, measure: MEMORY, most });
  const ofTimeout = tightCommands(timeout.pressed, { policy, measure: TIMEOUT, most: null });
  if (project !== null) return [...ofMemory, ...ofTimeout];
  const general = (measure: Measure, need: Need, tight: readonly Advice[]): Advice =>
    adviseGeneral(limits[measure.inForce], need, measure, { watchedMs, isTightForSome: tight.length > 0 });
  return [
    adviseConcurrency(limits.concurrency, concurrency, memory),
    adviseCpu(policy, cpu, watchedMs),
    general(MEMORY, memory.need, ofMemory),
    ...ofMemory,
    general(TIMEOUT, timeout.need, ofTimeout),
    ...ofTimeout,
  ];
}

export function periodReport(facts: ReportFacts, policy: AdvisedPolicy & Pick<Policy, "mode">): PeriodReport {
  const { evidence: _, ...said } = facts;
  return { ...said, mode: policy.mode, limits: policy.limits, advice: allAdvice(facts, policy) };
}
