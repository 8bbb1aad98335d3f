/** What every rule is given to judge one process by. */
import type { History, Remembered } from "../history.ts";
import type { Job } from "../../process/job.ts";
import type { Exemption, JobLimits } from "../limits.ts";
import type { Look } from "../verdict.ts";
import type { Limits, Policy, Self } from "../policy.ts";
import type { ProcessSample } from "../../process/process.ts";

/** What the CPU rule needs of a subject; a launched job has no more. */
export interface CpuSubject {
  readonly process: ProcessSample;
  readonly known: Pick<Remembered, "cpu" | "progress" | "over"> | null;
  /** What holds for its job; no timeout where a rule spares it. */
  readonly limits: {
    readonly limits: Pick<Limits, "cpuPercent" | "timeoutMs">;
    readonly exempt?: readonly Exemption[];
  };
  readonly policy: Pick<Policy, "cpuHoldMs"> & { readonly limits: Pick<Limits, "timeoutMs"> };
  readonly nowMs: number;
  readonly look: Look;
}

export interface Subject extends CpuSubject {
  readonly process: ProcessSample;
  /** null when history does not know it: it is then judged by this sample alone. */
  readonly known: Remembered | null;
  readonly job: Job;
  /** No other Bun member stands above it: it has the job's age. */
  readonly isTop: boolean;
  readonly protectedBecause: string | null;
  readonly limits: JobLimits;
  readonly history: History;
  readonly nowMs: number;
  readonly policy: Policy;
  readonly self: Self;
  readonly look: Look;
}
