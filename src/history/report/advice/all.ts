/** All advice for a period: per limit that holds for all, and per command that one of them is wrong for. */
import type { Policy } from "../../../core/judge/policy.ts";
import { bytes } from "../../../text/wording.ts";
import type { ReportFacts, Need, Pressed } from "../facts.ts";
import type { Advice, PeriodReport } from "../period.ts";
import { adviseConcurrency } from "./concurrency.ts";
import { adviseCpu } from "./cpu.ts";
import { adviseGeneral } from "./loose.ts";
import { MEMORY, TIMEOUT, type Measure } from "./measure.ts";
import { tightCommands, type TightContext } from "./tight.ts";

/** A process that may use more than this of what is free could take the machine down. */
const SHARE_OF_MEMORY = 0.5;

interface AdvisedPolicy extends Pick<Policy, "limits" | "rules" | "cpuHoldMs" | "projectRoot"> {
  /** Directories below it are written with ~; null = as they are. */
  readonly home: string | null;
}

/** Of one project the general limits are not judged: they hold for the others too. */
export function allAdvice(
  { project, totals, evidence }: Pick<ReportFacts, "project" | "totals" | "evidence">,
  policy: AdvisedPolicy,
): readonly Advice[] {
  const { limits } = policy;
  const { watchedMs } = totals;
  const { timeout, memory, cpu, concurrency } = evidence;
  const { leastAvailableBytes } = memory;
  const both = (
    measure: Measure,
    { pressed, need }: { readonly pressed: readonly Pressed[]; readonly need: Need },
    most: TightContext["most"],
  ): readonly Advice[] => {
    const tight = tightCommands(pressed, { policy, measure, most });
    if (project !== null) return tight;
    const isTightForSome = tight.length > 0;
    return [adviseGeneral(limits[measure.inForce], need, measure, { watchedMs, isTightForSome }), ...tight];
  };
  return [
    ...(project === null
      ? [adviseConcurrency(limits.concurrency, concurrency, { leastAvailableBytes })]
      : []),
    ...(project === null ? [adviseCpu(policy, cpu, watchedMs)] : []),
    ...both(MEMORY, memory, memoryBound(leastAvailableBytes)),
    ...both(TIMEOUT, timeout, null),
  ];
}

const memoryBound = (leastAvailableBytes: number | null): TightContext["most"] =>
  leastAvailableBytes === null
    ? null
    : {
        value: leastAvailableBytes * SHARE_OF_MEMORY,
        because: `but there were times with only ${bytes(leastAvailableBytes)} to be had`,
      };

/** From what the history says and what is in force to the report. */
export function periodReport(facts: ReportFacts, policy: AdvisedPolicy & Pick<Policy, "mode">): PeriodReport {
  const { evidence: _, ...said } = facts;
  return { ...said, mode: policy.mode, limits: policy.limits, advice: allAdvice(facts, policy) };
}
