/** What rules and protections say of the jobs of one look: each is made ready and asked once. It ends with the look. */
import type { Job } from "../process/job.ts";
import { memo } from "../process/memo.ts";
import { AskedJob } from "./evidence/evidence.ts";
import type { History } from "./history.ts";
import { limitsUnder, type JobLimits } from "./limits.ts";
import type { Policy, Self } from "./policy.ts";
import { protectedJob, protectionsOf } from "./protect.ts";

export class Inquiry {
  readonly #asked: (job: Job) => AskedJob;
  readonly #limits = memo((policy: Policy) => {
    const limitsOf = limitsUnder(policy);
    return memo((job: Job) => limitsOf(this.#asked(job)));
  });
  readonly #protections = memo(protectionsOf);

  constructor(history: History) {
    this.#asked = memo((job) => new AskedJob(job, history));
  }

  limitsFor(job: Job, policy: Policy): JobLimits {
    return this.#limits(policy)(job);
  }

  /** Why no member of the job is ever a victim; null = none is protected as such. */
  protection(job: Job, policy: Policy, self: Self): string | null {
    return protectedJob(this.#asked(job), policy, self, this.#protections(policy));
  }
}
