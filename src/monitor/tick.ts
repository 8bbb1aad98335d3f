/** One pass, as the product's sentence: sample → group into jobs → remember → evaluate → plan → re-check. */
import { evaluate } from "../core/judge/evaluate.ts";
import { group, groupDetailed } from "../core/judge/group.ts";
import type { History } from "../core/judge/history.ts";
import type { GatedJob } from "../core/judge/owner.ts";
import type { Plan, Step } from "../core/plan/plan.ts";
import type { Policy, Self } from "../core/judge/policy.ts";
import { processKey, withDetails, type Snapshot } from "../core/process/process.ts";
import type { ReadyRules } from "../core/judge/inquiry.ts";
import { remember } from "../core/judge/remember.ts";
import type { Judgement, Look as LookKind } from "../core/judge/verdict.ts";
import { neededReadings } from "../core/judge/needed-readings.ts";
import type { ProcessSampler } from "../ports/sampler.ts";

export interface TickResult {
  readonly snapshot: Snapshot;
  readonly history: History;
  readonly judgement: Judgement;
}

export interface LookOptions {
  readonly kind: LookKind;
  /** Take every reading of every process, for people; a tick takes what a decision hangs on. */
  readonly full: boolean;
  readonly gated?: readonly GatedJob[];
}

/** Looks once. Reads the machine, changes nothing. */
export function look(
  sampler: ProcessSampler,
  before: History,
  policy: Policy,
  self: Self,
  { kind, full, gated }: LookOptions,
  rules?: ReadyRules,
): TickResult {
  const { snapshot, jobs } = read(sampler, before, policy, self, full, rules);
  const history = remember(before, snapshot, jobs, policy, sampler);
  return { snapshot, history, judgement: evaluate(jobs, history, policy, self, kind, gated, rules) };
}

/** A hydra's head lives for 60 ms: who is gone before it could be asked may have a successor, which is asked at once. */
const MOST_READINGS = 3;

function read(
  sampler: ProcessSampler,
  before: History,
  policy: Policy,
  self: Self,
  full: boolean,
  rules: ReadyRules | undefined,
) {
  for (let readings = 1; ; readings++) {
    const bare = sampler.sample();
    const jobs = group(bare, before, self);
    const asked = neededReadings(jobs, bare.monotonicMs, before, policy, self, full, rules);
    const details = sampler.inspect(asked);
    // evidence decides whether a limit holds, a mark whose age counts: unanswered, nothing is decided
    const isAnswered = [...asked].every(
      ([{ id }, what]) => !(what.has("evidence") || what.has("marks")) || details.has(id.pid),
    );
    if (!isAnswered && readings < MOST_READINGS) continue;
    const snapshot = withDetails(bare, details);
    return { snapshot, jobs: groupDetailed(jobs, details, snapshot, before, self) };
  }
}

/** The rule may be another by now: of a process over two limits the one is said that was reached first. */
const same = (a: Step, b: Step): boolean =>
  a.jobId === b.jobId &&
  (a.cause.rule === b.cause.rule || processKey(a.victim.id) === processKey(b.victim.id));

/**
 * The re-check right before acting: what a second look still finds over its limit. The second look's step counts,
 * since its targets are the current ones; a job whose processes replace each other is the same job.
 */
export function confirmed(first: Plan, second: Plan): readonly Step[] {
  return second.steps.filter((step) => first.steps.some((earlier) => same(earlier, step)));
}
