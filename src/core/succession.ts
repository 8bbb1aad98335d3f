/**
 * Look-alikes that follow each other without a gap for longer than one of them may run: a hydra, or short runs that
 * something starts again and again. Which of the two shows what comes after a head that bears a mark.
 */
import { termsOf } from "./governance.ts";
import type { History } from "./history.ts";
import type { Policy } from "./policy.ts";
import type { ProcessSample } from "./process.ts";
import type { Judgement } from "./verdict.ts";

export interface Suspect {
  readonly jobId: string;
  readonly head: ProcessSample;
}

/** Picks the jobs whose head is to be marked: a decision hangs on it, and it was not done yet. */
export const unproven = (
  { jobs }: Judgement,
  { jobs: known, atMs }: History,
  policy: Policy,
): readonly Suspect[] =>
  jobs.flatMap(({ job, protectedBecause, owner, harmOnly, processes }) => {
    if (job.after === null || protectedBecause !== null || owner !== null) return [];
    if (harmOnly || termsOf(job, policy).policy.mode === "observe") return [];
    if (known.get(job.id)?.isMarked === true) return [];
    const verdicts = processes.find(({ process }) => process === job.root)?.verdicts ?? [];
    const timeout = verdicts.find(({ rule }) => rule === "timeout");
    const lastedMs = (atMs ?? 0) - job.after.sinceMs;
    if (timeout?.decision !== "ok" || lastedMs <= timeout.limit) return [];
    return [{ jobId: job.id, head: job.root }];
  });
