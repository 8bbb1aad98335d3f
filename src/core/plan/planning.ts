/** From a judgement to actions: whom to stop, what dies with it, and what is held back for which reason. */
import type { Breaker } from "./breaker.ts";
import { judgedAs, type Cause } from "./cause.ts";
import { modeAround, modeOf, termsOf, type Terms, projectOf } from "../judge/governance.ts";
import type { History, Parent } from "../judge/history.ts";
import { isWithin } from "../judge/match.ts";
import type { Job } from "../process/job.ts";
import type { Plan, Step } from "./plan.ts";
import type { Policy, Self } from "../judge/policy.ts";
import { processKey, type ProcessId, type ProcessSample } from "../process/process.ts";
import { isPrompt } from "../process/prompt.ts";
import { protectedProcess } from "../judge/protect.ts";
import { backOffOf, type Repeats } from "../judge/repeats.ts";
import { isBelow, signalledOf, targetsOf } from "./targets.ts";
import { byPid } from "../process/tree.ts";
import type { JudgedJob, JudgedProcess, Judgement, RuleName, Verdict } from "../judge/verdict.ts";
import { IMMEDIATE_AT } from "../judge/verdicts/memory.ts";
import { count, who } from "../../text/wording.ts";

export interface PlanContext {
  readonly policy: Policy;
  readonly self: Self;
  readonly history: History;
  readonly nowMs: number;
  readonly inFlight: ReadonlySet<string>;
  /** Job id → until when it is in reprieve (`reprieves`); empty with --yes. */
  readonly reprieves: ReadonlyMap<string, number>;
  readonly repeats: Repeats;
  readonly breaker: Breaker;
  readonly force: boolean;
  /** A person's command: no breaker and no back-off, which guard against what the watchdog decides by itself. */
  readonly byPerson?: boolean;
  /** --yes: whoever asked has seen what would be done. */
  readonly yes?: boolean;
  /** The jobs that somebody's clean-up is about; missing: all of them. */
  readonly reach?: Reach;
  /** All who may die, because somebody was shown that they would; missing: nobody was asked. */
  readonly only?: readonly ProcessId[];
}

/** A clean-up in a project acts on that project, and on harm elsewhere; in a git hook on the project only. */
export interface Reach {
  readonly project: string;
  readonly harmElsewhere: boolean;
}

/** One step per root-most runaway process. What dry-run prints is what kill/terminate would carry out. */
export function plan(judgement: Judgement, context: PlanContext): Plan {
  const jobs = judgement.jobs.map(({ job }) => job);
  const steps: Step[] = [];
  const heldBack: Plan["heldBack"][number][] = [];
  for (const culprit of judgement.jobs.flatMap((judged) => culpritsOf(judged, context))) {
    const { judged, process: victim, verdict } = culprit;
    const hold = holdBack(culprit, steps.length, context, judgement);
    const step = hold === null ? stepFor(judged, victim, judgedAs(verdict), jobs, context) : null;
    const because = step === null ? null : unseenIn(step, context.only);
    if (step !== null && because === null) steps.push(step);
    else heldBack.push({ victim, verdict, ...(hold ?? { because: because ?? "" }) });
  }
  const unjudged = judgement.jobs.flatMap((judged) => unreadOf(judged, context));
  return { steps, heldBack, ...(unjudged.length > 0 && { unjudged }) };
}

/** A clause about who would die of it and was not shown (I2). Between a plan and its confirmation the machine goes on. */
export function unseenIn({ victim, targets }: Step, only: readonly ProcessId[] | undefined): string | null {
  if (only === undefined) return null;
  const seen = new Set(only.map(processKey));
  if (!seen.has(processKey(victim.id))) return "it was not in the plan that was confirmed";
  const unseen = targets.find(({ id }) => !seen.has(processKey(id)));
  if (unseen === undefined) return null;
  return `${who({ pid: unseen.id.pid, command: unseen.command })} would die with it, and was not in the plan that was confirmed; look again, or stop it from a terminal`;
}

/** Nobody's who is protected, or somebody else's to stop. */
const unreadOf = (judged: JudgedJob, { reach }: PlanContext): NonNullable<Plan["unjudged"]> =>
  judged.protectedBecause !== null || judged.owner !== null
    ? []
    : judged.processes.flatMap((entry) => {
        const verdicts = reached(judged, entry, reach);
        const verdict = verdicts.find(({ isUnread }) => isUnread === true);
        const isDecided = verdict === undefined || gravest(verdicts) !== null;
        return isDecided ? [] : [{ victim: entry.process, verdict }];
      });

/** The verdicts on a process that this clean-up may act on. Where one configuration is everybody's, only a hook knows an elsewhere. */
function reached(
  { project, harmOnly }: JudgedJob,
  { process: { cwd }, verdicts }: JudgedProcess,
  reach: Reach | undefined,
): readonly Verdict[] {
  if (reach === undefined || project === reach.project) return verdicts;
  if (!reach.harmElsewhere) return project === null && isWithin(cwd, reach.project) ? verdicts : [];
  if (project === null && !harmOnly) return verdicts;
  return verdicts.filter(({ rule, ifProject }) =>
    ifProject === undefined ? rule === "cpu" : ifProject === reach.project,
  );
}

interface Culprit {
  readonly judged: JudgedJob;
  readonly process: ProcessSample;
  readonly verdict: Verdict;
}

/** Works out what a stop amounts to: who dies with it, who is signalled, what stays. `jobs` are all of the judgement. */
export function stepFor(
  { job, isLoose }: JudgedJob,
  process: ProcessSample,
  cause: Cause,
  jobs: readonly Job[],
  { policy, self, history, force }: Pick<PlanContext, "policy" | "self" | "history" | "force">,
): Step {
  const terms = termsOf(job, policy).policy;
  // a compiled program may go as a victim, and never with one
  const isProtected = (target: ProcessSample): boolean =>
    protectedProcess(target, terms, self, isLoose && target === process) !== null;
  const { targets, left } = targetsOf(process, job, jobs, history, isProtected);
  const urgent = !force && cause.by === "verdict" && isUrgent(cause);
  return {
    jobId: job.id,
    victim: process,
    cause: urgent ? { ...cause, evidence: `${cause.evidence}; ${NO_GRACE}` } : cause,
    targets,
    signalled: signalledOf(targets),
    left,
    isOrphan: job.orphanOf !== null,
    ...(history.jobs.get(job.id)?.isMarked === true && { isHeadMarked: true as const }),
    immediate: force || urgent,
  };
}

/** Runaways that are not below another one: those die with it. */
function culpritsOf(judged: JudgedJob, { history, reach, self }: PlanContext): readonly Culprit[] {
  const members = byPid(judged.job.members);
  const runaways = judged.processes.flatMap((entry) => {
    // the process that looks is left out, however much it uses
    if (entry.process.id.pid === self.pid) return [];
    const verdict = gravest(reached(judged, entry, reach));
    return verdict === null ? [] : [{ judged, process: entry.process, verdict }];
  });
  return runaways.filter(
    ({ process }) => !runaways.some((other) => isBelow(process, other.process, members, history)),
  );
}

/** When several limits are exceeded, the one that allows the least delay is named. */
const GRAVITY: readonly RuleName[] = ["memory", "cpu", "timeout", "concurrency", "leftover"];

export function gravest(verdicts: readonly Verdict[]): Verdict | null {
  const runaway = verdicts.filter(({ decision }) => decision === "runaway");
  return runaway.toSorted((a, b) => GRAVITY.indexOf(a.rule) - GRAVITY.indexOf(b.rule))[0] ?? null;
}

/** Why the first signal is SIGKILL, in every message about the stop. */
const NO_GRACE = `at ${IMMEDIATE_AT} times its limit it is killed at once, without a grace`;

const isUrgent = ({ rule, value, limit }: Verdict): boolean =>
  rule === "memory" && value !== null && value >= IMMEDIATE_AT * limit;

/** Why nothing is done about it now; null = something is. Worded without what changes from tick to tick. */
function holdBack(
  { judged, process, verdict }: Culprit,
  planned: number,
  context: PlanContext,
  judgement: Judgement,
): Pick<Plan["heldBack"][number], "because" | "isSpared"> | null {
  const { self, inFlight, repeats, nowMs, breaker } = context;
  const terms = termsOf(judged.job, context.policy);
  const { policy } = terms;
  const protectedBecause = judged.protectedBecause ?? protectedProcess(process, policy, self, judged.isLoose);
  if (protectedBecause !== null) return spared(`protected: ${protectedBecause}`);
  if (observes(terms, context))
    return spared(`the mode of ${terms.project ?? "what runs elsewhere"} is observe`);
  if (inFlight.has(judged.job.id)) return { because: "it is being stopped already" };
  if (verdict.rule === "concurrency" && inFlight.size > 0)
    return { because: "another job is being stopped; the jobs are counted again after that" };
  if ((context.reprieves.get(judged.job.id) ?? 0) > nowMs) {
    const spare = `which spares it for ${count(policy.armTicks, "interval")} (--yes does not)`;
    return { because: `it ran before the monitor, ${spare}` };
  }
  if (context.byPerson === true) return null;
  const kills = isPatient(verdict, context) ? backOffOf(repeats, process, nowMs) : null;
  const starter = parentOf(process, context);
  if (kills !== null && !isAskedBy(starter, process, judgement))
    return { because: `it came back after ${count(kills, "kill")}: stop ${who(starter)}, which starts it` };
  const because = brake(breaker, planned, context.policy);
  return because === null ? null : { because };
}

const spared = (because: string) => ({ because, isSpared: true }) as const;

/** Where nobody enforces, the plan is what would be done. */
const observes = (terms: Terms, { policy, reach }: PlanContext): boolean =>
  terms.policy.mode === "observe" &&
  (reach === undefined ? modeOf(policy) : modeAround(reach.project, policy)) === "enforce";

/** A shell at a prompt or a coding agent starts what it is asked for: it is no supervisor. */
const isAskedBy = ({ pid, command }: Parent, { terminal }: ProcessSample, { jobs }: Judgement): boolean =>
  isPrompt(command ?? "", terminal) ||
  jobs.some(({ job }) => job.members.some(({ id, runtime }) => id.pid === pid && runtime === "compiled"));

/** A full memory waits for nobody, and a person who insists knows what they do. */
const isPatient = ({ rule }: Verdict, { force, yes }: PlanContext): boolean =>
  rule !== "memory" && !force && yes !== true;

const parentOf = ({ id, ppid }: ProcessSample, { history }: PlanContext): Parent =>
  history.processes.get(processKey(id))?.parent ?? { pid: ppid, command: null };

function brake(
  { open, killsMs }: Breaker,
  planned: number,
  { breakerKillsPerMinute }: Policy,
): string | null {
  if (!open && killsMs.length + planned < breakerKillsPerMinute) return null;
  return `the breaker is open: more than ${count(breakerKillsPerMinute, "kill")} a minute are not what was foreseen`;
}

/**
 * Jobs older than their watch → until when they are spared (monotonic ms); those whose reprieve is over are missing.
 * `startedMs`: when the monitor began; null = what it found is under the rules at once. A project whose limits a running
 * monitor takes over later begins its own reprieve then.
 */
export function reprieves(
  jobs: readonly Job[],
  startedMs: number | null,
  nowMs: number,
  inForce: Policy,
): ReadonlyMap<string, number> {
  const untilById = new Map<string, number>();
  for (const job of jobs) {
    const { policy } = termsOf(job, inForce);
    const sinceMs = projectOf(job, inForce.governance?.projects ?? [])?.sinceMs ?? startedMs;
    if (sinceMs === null || job.ageMs <= nowMs - sinceMs) continue;
    const untilMs = sinceMs + policy.armTicks * inForce.intervalMs;
    if (nowMs < untilMs) untilById.set(job.id, untilMs);
  }
  return untilById;
}
