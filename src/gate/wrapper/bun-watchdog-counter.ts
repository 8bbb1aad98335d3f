/**
 * `bun bun-watchdog-counter.ts < question`: which jobs run outside the gate and count, as `status` sees them. A process of
 * its own, since all that is loaded for it would stay in a wrapper's memory for as long as that waits.
 */
import type { Ungated } from "../../core/slots/admission.ts";
import { emptyHistory } from "../../core/judge/history.ts";
import { byLaunch } from "../../core/judge/starter.ts";
import { gatedOf } from "../../core/judge/owner.ts";
import { look } from "../../monitor/tick.ts";
import { openGatedJobs } from "../../os/select.ts";
import { ownRuntimeDirectories } from "../../os/runtime-directory.ts";
import type { UngatedQuestion } from "../../host/slots.ts";
import { readSelf, samplerFor, uid } from "../../host/watch-ports.ts";

function ungatedJobs({ policy, gated, waiting }: UngatedQuestion): readonly Ungated[] {
  const sampler = samplerFor(policy);
  try {
    // by this project's terms; as if none were allowed: then whether somebody listens is asked of all
    const { governance: _, ...own } = policy;
    const strict = { ...own, limits: { ...own.limits, concurrency: 0 } };
    const launched = openGatedJobs(() => ownRuntimeDirectories(uid())).now();
    const { judgement } = look(sampler, emptyHistory, strict, readSelf(sampler), {
      kind: "one-shot",
      full: false,
      gated: launched,
    });
    const known = new Set([...gated, ...waiting.flatMap((pid) => sampler.ancestors(pid))]);
    const launchedJobs = gatedOf(
      judgement.jobs.map(({ job }) => job),
      launched,
    );
    const counting = judgement.jobs.filter(
      ({ counts, owner, job }) =>
        counts &&
        owner === null &&
        !launchedJobs.has(job.id) &&
        !job.members.some(({ id }) => known.has(id.pid)),
    );
    return byLaunch(counting).flatMap(([first]) =>
      first === undefined
        ? []
        : [{ pid: first.job.root.id.pid, ageMs: first.job.ageMs, command: first.job.root.command }],
    );
  } finally {
    sampler.close();
  }
}

void Bun.stdin.json().then((question: UngatedQuestion) => console.log(JSON.stringify(ungatedJobs(question))));
