/** One job of the synthetic machine, and what evaluate would say about it. */
import type { LimitName } from "../../src/core/judge/policy.ts";
import type { ProcessSample } from "../../src/core/process/process.ts";
import type { JudgedJob, JudgedProcess, Verdict } from "../../src/core/judge/verdict.ts";
import { GB, MB } from "./build.ts";
import type { Program } from "./synthetic-programs.ts";

/** The looks share their values: what a consumer wants to keep of one it copies before it takes the next. */
export type Changing<T> = { -readonly [Key in keyof T]: T[Key] };

export interface Member {
  readonly sample: Changing<ProcessSample>;
  readonly judged: Changing<JudgedProcess>;
  /** What its memory settles at. */
  readonly restBytes: number;
}

export interface Running {
  readonly judged: Omit<JudgedJob, "job"> & { readonly job: Changing<JudgedJob["job"]> };
  readonly program: Program;
  readonly members: readonly Member[];
  readonly fault: LimitName | null;
  readonly beganMs: number;
  readonly endsMs: number;
}

const LIMITS = { cpu: 80, memory: GB, timeout: 300_000, concurrency: 100 } as const;
const CPU_HOLD_MS = 60_000;
export const worst = (job: Running): Verdict | undefined => job.members[0]?.judged.verdicts[0];
export const isRunaway = (job: Running): boolean => worst(job)?.decision === "runaway";

/** As evaluate says it about a member that is over its limit; nothing while it is not. */
export function verdictsOn(
  { fault, program }: Running,
  sample: ProcessSample,
  ageMs: number,
): readonly Verdict[] {
  if (fault === null) return [];
  const limit = LIMITS[fault];
  const value = { cpu: 100, memory: sample.memoryBytes ?? 0, timeout: ageMs, concurrency: 0 }[fault];
  if (value <= limit) return [];
  const holdMs = fault === "cpu" ? CPU_HOLD_MS : 0;
  const heldMs = fault === "cpu" ? ageMs : 0;
  const evidence = {
    cpu: `${value} % CPU for ${Math.round(ageMs / 1_000)} s, limit ${limit} % for 60 s, no progress`,
    memory: `${Math.round(value / MB)} MB of memory, limit ${Math.round(limit / MB)} MB`,
    timeout: `runs for ${Math.round(ageMs / 1_000)} s, limit ${limit / 1_000} s`,
    concurrency: `one of too many jobs: ${program.argv.join(" ")}`,
  }[fault];
  return [
    {
      rule: fault,
      limit,
      value,
      heldMs,
      holdMs,
      decision: heldMs >= holdMs ? "runaway" : "suspect",
      evidence,
    },
  ];
}
