/** Too many jobs: one goes, the next pass measures again. Which one, and why that one, is said. */
import type { History } from "../history.ts";
import { processKey } from "../process.ts";
import { isBun } from "../tree.ts";
import type { JudgedJob, Verdict } from "../verdict.ts";
import { count, who } from "../wording.ts";

/** Ends the evidence when nothing else speaks against the job: the history knows healthy victims by these words. */
export const YOUNGEST = "it is the youngest";

export interface Victim {
  readonly job: JudgedJob;
  readonly verdict: Verdict;
}

/**
 * The one job to stop; null when the limit holds, or nobody may be stopped for it. Jobs that another limit stops
 * anyway are taken as gone: they must not cost a second job its life.
 */
export function concurrencyVictim(
  jobs: readonly JudgedJob[],
  limit: number,
  history: History,
): Victim | null {
  const counting = jobs.filter((job) => job.counts);
  const staying = counting.filter((job) => !isDoomed(job));
  if (staying.length <= limit) return null;
  // Not whose wrapper lives: that enforces. Also where the rule that spares it is off: nobody's running command is taken
  // from under their hands.
  const candidates = staying.filter(
    ({ job, owner }) => owner === null && job.members.every(({ foreground }) => foreground === false),
  );
  for (const { holds, because } of reasons(history)) {
    const chosen = candidates.filter(holds).toSorted((a, b) => a.job.ageMs - b.job.ageMs)[0];
    if (chosen === undefined) continue;
    return { job: chosen, verdict: verdict(staying.length, limit, because(chosen)) };
  }
  return null;
}

interface Reason {
  readonly holds: (job: JudgedJob) => boolean;
  readonly because: (job: JudgedJob) => string;
}

/** In this order; the youngest of those that share a reason. */
const reasons = (history: History): readonly Reason[] => [
  {
    holds: ({ job }) => job.orphanOf !== null,
    because: ({ job }) => `it has lost its parent, ${job.orphanOf === null ? "" : who(job.orphanOf)}`,
  },
  {
    holds: (job) => overAnother(job) !== null,
    because: (job) => `it is over another limit as well: it ${overAnother(job)?.evidence}`,
  },
  { holds: (job) => !progresses(job, history), because: () => "it makes no progress" },
  { holds: () => true, because: () => YOUNGEST },
];

function verdict(value: number, limit: number, because: string): Verdict {
  return {
    rule: "concurrency",
    limit,
    value,
    heldMs: 0,
    holdMs: 0,
    decision: "runaway",
    evidence: `is one of ${count(value, "job")} (limit ${limit}) and the first to go: ${because}`,
  };
}

/** The whole job goes with its root. */
const isDoomed = ({ job, processes }: JudgedJob): boolean =>
  processes.some(
    ({ process, verdicts }) =>
      process.id.pid === job.root.id.pid && verdicts.some(({ decision }) => decision === "runaway"),
  );

const LIMITS: ReadonlySet<string> = new Set(["cpu", "memory", "timeout"]);

const overAnother = ({ processes }: JudgedJob): Verdict | null =>
  processes
    .flatMap(({ verdicts }) => verdicts)
    .find(({ rule, decision }) => LIMITS.has(rule) && decision !== "ok") ?? null;

/** Some Bun member moved something in its last window. Where nobody has looked twice, nothing is held against it. */
const progresses = ({ job }: JudgedJob, history: History): boolean =>
  job.members.filter(isBun).some((member) => {
    const last = history.processes.get(processKey(member.id))?.progress.last;
    // where no reading tells of progress, its lack is no finding
    return last === undefined || last === null || last.motion === "moved" || last.faults === null;
  });
