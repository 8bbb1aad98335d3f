/**
 * `bun bun-watchdog-counter.ts < question`: how many jobs run outside the gate, counted as `status` does. A process of
 * its own, since all that is loaded for it would stay in a wrapper's memory for as long as that waits.
 */
import { emptyHistory } from "../../core/history.ts";
import type { Policy } from "../../core/policy.ts";
import { look } from "../../monitor/tick.ts";
import { openGatedJobs } from "../../os/select.ts";
import { ownRuntimeDirectories } from "../../os/runtime-directory.ts";
import { readSelf } from "../self.ts";
import { samplerFor, uid } from "../watch-ports.ts";

export interface Question {
  readonly policy: Policy;
  /** Pids of the roots of those that hold a slot. */
  readonly gated: readonly number[];
}

function countUngatedJobs({ policy, gated }: Question): number {
  const sampler = samplerFor(policy);
  try {
    // as if none were allowed: then whether somebody listens is asked of all
    const strict = { ...policy, limits: { ...policy.limits, concurrency: 0 } };
    const { judgement } = look(sampler, emptyHistory, strict, readSelf(sampler), {
      kind: "one-shot",
      full: false,
      gated: openGatedJobs(() => ownRuntimeDirectories(uid())).now(),
    });
    return judgement.jobs.filter(
      ({ counts, owner, job }) =>
        counts && owner === null && !job.members.some(({ id }) => gated.includes(id.pid)),
    ).length;
  } finally {
    sampler.close();
  }
}

void Bun.stdin.json().then((question: Question) => console.log(countUngatedJobs(question)));
