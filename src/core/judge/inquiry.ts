/** What rules and protections say of the jobs of one look. It ends with the look; whoever looks again keeps the rules. */
import type { Job } from "../process/job.ts";
import { memo } from "../process/memo.ts";
import { AskedJob } from "./evidence/evidence.ts";
import type { History } from "./history.ts";
import { limitsUnder, type JobLimits } from "./limits.ts";
import type { Policy, Self } from "./policy.ts";
import { protectedJob, protectionsOf } from "./protect.ts";

/** Those of each policy in force, made ready once. Policies come and go with their files. */
export class ReadyRules {
  readonly limitsUnder = memo(limitsUnder, new WeakMap());
  readonly protectionsOf = memo(protectionsOf, new WeakMap());
}

export class Inquiry {
  readonly #rules: ReadyRules;
  readonly #asked: (job: Job) => AskedJob;
  readonly #limits = memo((policy: Policy) => {
    const limitsOf = this.#rules.limitsUnder(policy);
    return memo((job: Job) => limitsOf(this.#asked(job)));
  });

  constructor(history: History, rules = new ReadyRules()) {
    this.#rules = rules;
    this.#asked = memo((job) => new AskedJob(job, history));
  }

  limitsFor(job: Job, policy: Policy): JobLimits {
    return this.#limits(policy)(job);
  }

  /** Why no member of the job is ever a victim; null = none is protected as such. */
  protection(job: Job, policy: Policy, self: Self): string | null {
    return protectedJob(this.#asked(job), policy, self, this.#rules.protectionsOf(policy));
  }
}
