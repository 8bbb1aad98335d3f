/** A clean-up: ticks until nothing is over a limit, or the next one would only repeat the last. */
import { lifetimeCpu } from "../core/judge/cpu-rate.ts";
import { modeAround, termsOf } from "../core/judge/governance.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { Reach } from "../core/plan/planning.ts";
import type { Policy, Self } from "../core/judge/policy.ts";
import { isDead } from "../core/plan/outcome.ts";
import { programAgeMs } from "../core/process/process.ts";
import type { CarriedOut, CleanupReport, CleanupRequest, OnlyShown } from "../wire/reports.ts";
import type { TickResult, LookOptions } from "./tick.ts";
import type { Watcher } from "./watcher.ts";

/** Concurrency stops one job at a time, so a crowded machine takes as many rounds as jobs are too many. */
const MOST_ROUNDS = 1_000;

/** Between two looks of one clean-up: long enough for a difference in CPU time to mean something. */
const LOOK_MS = 1_000;

interface CleanupOptions {
  /** The monitor has looked before and knows its holds; a command by itself has not. */
  readonly look: LookOptions;
  /** The monitor ends: what was begun is seen to its end, and nothing else is begun. */
  readonly stop?: AbortSignal;
}

export async function cleanup(
  watcher: Watcher,
  request: CleanupRequest,
  caller: Self,
  options: CleanupOptions,
): Promise<CleanupReport> {
  const { clock } = watcher.ports;
  const reach = request.project === null ? {} : { reach: reachOf(request.project, caller) };
  const { force, yes, only } = request;
  const decide = {
    force,
    yes,
    caller,
    byPerson: !caller.hook,
    ...reach,
    ...(only !== undefined && { only }),
  };
  const inForce = request.project === null ? watcher.mode : modeAround(request.project, watcher.policy);
  const mode = request.dryRun ? "dry-run" : inForce;
  await observe(watcher, request, caller, options);
  const seen = watcher.look(options.look, caller);
  const first = watcher.plan(seen, decide);
  const carriedOut: CarriedOut[] = [];
  let plan = first;
  if (mode === "enforce") {
    for (let round = 0; round < MOST_ROUNDS && options.stop?.aborted !== true; round++) {
      const tick = watcher.tick(decide, options.look);
      const done = await Promise.all(tick.started);
      carriedOut.push(...done);
      plan = merge(plan, tick.plan);
      if (done.length === 0 || done.some(hasSurvivor)) break;
    }
  }
  const elsewhere = caller.hook ? {} : { elsewhere: onlyShown(seen) };
  return { atMs: clock.wallMs(), mode, plan, carriedOut, monitorPid: null, ...elsewhere };
}

/** A person who asks in the wrong folder should see what the limits there do not reach. */
function onlyShown({ judgement }: TickResult): OnlyShown {
  const jobs = judgement.jobs.filter(
    ({ harmOnly, protectedBecause, owner }) => harmOnly && protectedBecause === null && owner === null,
  );
  const members = jobs.flatMap(({ job }) => job.members);
  return {
    jobs: jobs.length,
    memoryBytes: members.reduce((sum, { memoryBytes }) => sum + (memoryBytes ?? 0), 0),
  };
}

const reachOf = (project: string, { hook }: Self): Reach => ({ project, harmElsewhere: !hook });

/** Looks for as long as was asked; at least twice, a second apart, where nobody has looked before. */
async function observe(
  watcher: Watcher,
  { watchForMs }: CleanupRequest,
  caller: Self,
  { look: how, stop }: CleanupOptions,
): Promise<void> {
  const { clock } = watcher.ports;
  const untilMs = clock.monotonicMs() + Math.max(watchForMs, how.kind === "one-shot" ? LOOK_MS : 0);
  const isOver = (): boolean => clock.monotonicMs() >= untilMs || stop?.aborted === true;
  while (!isOver()) {
    const seen = watcher.look(how, caller);
    // nobody can be found to be over the CPU limit, which alone takes a second look
    if (watchForMs === 0 && how.kind === "one-shot" && !mayUseTooMuch(seen, watcher.policy)) return;
    await clock.sleep(Math.min(LOOK_MS, untilMs - clock.monotonicMs()), stop);
  }
}

/** One look judges by the whole life (verdicts/cpu.ts); a little less than over it may be what could not be read. */
const NEARLY = 0.5;

function mayUseTooMuch({ judgement }: TickResult, inForce: Policy): boolean {
  return judgement.jobs.some(({ job }) => {
    const { policy } = termsOf(job, inForce);
    const limits = [policy.limits.cpuPercent, ...policy.rules.map(({ limits: own }) => own.cpuPercent)];
    const lowest = Math.min(...limits.filter((limit) => typeof limit === "number"));
    return job.members.some(
      (process) => programAgeMs(process) >= policy.cpuHoldMs && lifetimeCpu(process) >= NEARLY * lowest,
    );
  });
}

const hasSurvivor = ({ outcomes }: CarriedOut): boolean => outcomes.some(({ result }) => !isDead(result));

/** All steps of all rounds; what is held back or could not be judged, as the last round saw it. */
function merge(before: Plan, now: Plan): Plan {
  const known = new Set(before.steps.map(({ jobId, cause }) => `${jobId} ${cause.rule}`));
  const added = now.steps.filter(({ jobId, cause }) => !known.has(`${jobId} ${cause.rule}`));
  return { ...now, steps: [...before.steps, ...added] };
}
