/** Whether a job whose timeout nobody asked for is one that the watchdog would spare: it serves, it is in a foreground. */
import { AskedJob } from "../../core/judge/evidence/evidence.ts";
import { group } from "../../core/judge/group.ts";
import { emptyHistory } from "../../core/judge/history.ts";
import { limitsUnder } from "../../core/judge/limits.ts";
import type { Policy, Self } from "../../core/judge/policy.ts";
import { withDetails } from "../../core/process/process.ts";
import type { MemberSampler } from "../../ports/container.ts";
import type { Reading } from "../../ports/sampler.ts";

const EVIDENCE: ReadonlySet<Reading> = new Set(["evidence"]);

/** A reading that fails is no reason to end the job. */
export function isSpared(members: MemberSampler, policy: Policy): boolean {
  const bare = members.sample();
  const wanted = new Map([...bare.processes.values()].map((process) => [process, EVIDENCE]));
  const jobs = group(withDetails(bare, members.inspect(wanted)), emptyHistory, NOBODY);
  const limitsOf = limitsUnder(policy);
  return jobs.some((job) => {
    const { limits, undecided } = limitsOf(new AskedJob(job, emptyHistory));
    return limits.timeoutMs === null || undecided.some(({ limit }) => limit === "timeout");
  });
}

/** None of the job's members is the one that asks. */
const NOBODY: Self = { uid: -1, pid: -1, ancestors: [], gitPid: null, hook: false };
