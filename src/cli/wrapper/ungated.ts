/** Counts the jobs outside the gate as `status` does: loaded where their processes could fill the slots. */
import { emptyHistory } from "../../core/history.ts";
import type { Policy } from "../../core/policy.ts";
import type { SlotRecord } from "../../core/slot.ts";
import { look } from "../../monitor/tick.ts";
import { openGatedJobs } from "../../os/select.ts";
import { runtimeDirectories } from "../../os/runtime-directory.ts";
import { readSelf } from "../self.ts";
import { samplerFor, uid } from "../watch-ports.ts";

export function countUngatedJobs(policy: Policy, slots: readonly SlotRecord[]): number {
  const sampler = samplerFor(policy);
  try {
    const gated = openGatedJobs(runtimeDirectories(uid()));
    // as if none were allowed: then whether somebody listens is asked of all
    const strict = { ...policy, limits: { ...policy.limits, concurrency: 0 } };
    const { judgement } = look(sampler, emptyHistory, strict, readSelf(sampler), {
      kind: "one-shot",
      full: false,
      gated: gated.now(),
    });
    const roots = new Set(slots.map(({ root }) => root?.pid));
    return judgement.jobs.filter(
      ({ counts, owner, job }) =>
        counts && owner === null && !job.members.some(({ id }) => roots.has(id.pid)),
    ).length;
  } finally {
    sampler.close();
  }
}
