/**
 * Stopping what a person points at. Who is never signalled (I1) is not signalled for them either; what keeps the
 * watchdog from acting on its own (mode, reprieve, back-off, breaker) does not hold them up: they decide, and see the step first.
 */
import { termsOf } from "../judge/governance.ts";
import type { Cause } from "./cause.ts";
import type { Step } from "./plan.ts";
import { gravest, stepFor, unseenIn, type PlanContext } from "./planning.ts";
import { sameProcess, type ProcessId, type ProcessSample } from "../process/process.ts";
import { protectedProcess } from "../judge/protect.ts";
import { isBun } from "../process/tree.ts";
import type { JudgedJob, Judgement } from "../judge/verdict.ts";
import { who } from "../../text/wording.ts";

export interface ByHandContext extends Pick<
  PlanContext,
  "policy" | "self" | "history" | "inFlight" | "force" | "only"
> {
  /** Missing: a person asked for it. */
  readonly because?: string;
}

export interface StopRefusal {
  readonly pid: number;
  /** The process that has the pid now; null = none in view. */
  readonly command: string | null;
  /** A clause: "it is a compiled program". */
  readonly because: string;
}

export interface ByHand {
  /** In the order asked for; what dies with another one has no step of its own. */
  readonly steps: readonly Step[];
  readonly refused: readonly StopRefusal[];
}

/** `chosen` are processes as they were shown: who has such a pid by now and is another process is refused (I2). */
export function byHand(judgement: Judgement, chosen: readonly ProcessId[], context: ByHandContext): ByHand {
  const jobs = judgement.jobs.map(({ job }) => job);
  const steps: Step[] = [];
  const refused: StopRefusal[] = [];
  for (const id of chosen) {
    const found = find(judgement, id.pid);
    if (found === null) {
      refused.push(notInView(id.pid));
      continue;
    }
    const step = stepFor(found.judged, found.process, causeOf(found, context), jobs, context);
    const because = refusal(found, id, context) ?? unseenIn(step, context.only);
    if (because === null) steps.push(step);
    else refused.push({ pid: id.pid, command: found.process.command, because });
  }
  return { steps: steps.filter((step, at) => !steps.some((other, i) => takes(other, i, step, at))), refused };
}

export const notInView = (pid: number): StopRefusal => ({
  pid,
  command: null,
  because: "no Bun process with this pid is in view: it has ended, is not Bun, or is outside the scope",
});

interface Found {
  readonly judged: JudgedJob;
  readonly process: ProcessSample;
}

/** The member of a job that has this pid, Bun or not; null when none has. */
export function find({ jobs }: Judgement, pid: number): Found | null {
  for (const judged of jobs) {
    const process = judged.job.members.find(({ id }) => id.pid === pid);
    if (process !== undefined) return { judged, process };
  }
  return null;
}

function refusal(
  { judged, process }: Found,
  id: ProcessId,
  { policy, self, inFlight }: ByHandContext,
): string | null {
  if (!sameProcess(process.id, id)) return "this pid is not the process that was shown any more; look again";
  const terms = termsOf(judged.job, policy).policy;
  const protectedBecause = judged.protectedBecause ?? protectedProcess(process, terms, self, judged.isLoose);
  if (protectedBecause !== null) return `protected: ${protectedBecause}`;
  if (!isBun(process)) {
    const { root } = judged.job;
    return `it is not a Bun process; the job that it belongs to is ${who({ pid: root.id.pid, command: root.command })}`;
  }
  return inFlight.has(judged.job.id) ? "its job is being stopped already" : null;
}

const takes = (other: Step, otherAt: number, step: Step, at: number): boolean =>
  other.victim === step.victim ? otherAt < at : other.targets.includes(step.victim);

/** What was known against it goes into the record too. */
function causeOf(
  { judged, process }: Found,
  { because = "a person asked for it" }: Pick<ByHandContext, "because">,
): Cause {
  const verdicts = judged.processes.find((entry) => entry.process === process)?.verdicts ?? [];
  const known = gravest(verdicts);
  return {
    by: "asked",
    rule: "manual",
    evidence: known === null ? because : `${because}; it ${known.evidence}`,
  };
}
