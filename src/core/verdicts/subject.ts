/** What every rule is given to judge one process by. */
import type { History, Remembered } from "../history.ts";
import type { Job } from "../job.ts";
import type { JobLimits } from "../limits.ts";
import type { Look } from "../look.ts";
import type { Policy, Self } from "../policy.ts";
import type { ProcessSample } from "../process.ts";

export interface Subject {
  readonly process: ProcessSample;
  /** null when history does not know it: it is then judged by this sample alone. */
  readonly known: Remembered | null;
  readonly job: Job;
  /** No other Bun member stands above it: it has the job's age. */
  readonly isTop: boolean;
  readonly protectedBecause: string | null;
  readonly limits: JobLimits;
  readonly history: History;
  /** Monotonic ms of the sample. */
  readonly nowMs: number;
  readonly policy: Policy;
  readonly self: Self;
  readonly look: Look;
}
