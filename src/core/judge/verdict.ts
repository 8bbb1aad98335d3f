/** The evaluation of one process, with its evidence. */
import type { Job } from "../process/job.ts";
import type { Owner } from "./owner.ts";
import type { Exemption } from "./limits.ts";
import type { LimitName } from "./policy.ts";
import type { ProcessSample } from "../process/process.ts";

/**
 * `leak`, `restarts` and `leftover` are warnings: they never get beyond suspect, but for a `leftover` that a dead
 * wrapper of the gate left behind.
 */
export type RuleName = LimitName | "leak" | "restarts" | "leftover";

/** ok: within limits. suspect: over, but held back (hold, progress, warning). runaway: over for the whole hold. */
export type Decision = "ok" | "suspect" | "runaway";

export interface Verdict<Rule extends RuleName = RuleName> {
  readonly rule: Rule;
  /** In the rule's unit: jobs, percent of a core, bytes, ms, starts. */
  readonly limit: number;
  /** In the same unit; null = could not be read, or one sample is not enough. */
  readonly value: number | null;
  readonly heldMs: number;
  readonly holdMs: number;
  readonly decision: Decision;
  /** A sentence a person understands, with the numbers in it. */
  readonly evidence: string;
  /** It is over the limit for its whole hold, and what would spare it or not cannot be read: nobody has judged it. */
  readonly isUnread?: true;
  /** Root of the project that holds it against the process, if that is the project's, which cannot be told. */
  readonly ifProject?: string;
}

/** Without a hold: once is enough. */
export const atOnce = <Rule extends RuleName>(
  about: Pick<Verdict<Rule>, "rule" | "limit" | "value" | "evidence">,
  decision: Decision = "runaway",
): Verdict<Rule> => ({ ...about, heldMs: 0, holdMs: 0, decision });

/** Never more than suspect. */
export const warning = (rule: "restarts" | "leftover", heldMs: number, evidence: string): Verdict => ({
  ...atOnce({ rule, limit: 0, value: 1, evidence }, "suspect"),
  heldMs,
});

/** Every start is over a CPU limit for a moment; worth a line is what has been for half of its hold. */
export const isNews = ({ decision, heldMs, holdMs }: Verdict): boolean =>
  decision === "suspect" && heldMs >= holdMs / 2;

export interface JudgedProcess {
  readonly process: ProcessSample;
  /** Since the last sample; null on the first one: one sample decides nothing about CPU. */
  readonly cpuPercent: number | null;
  readonly verdicts: readonly Verdict[];
}

export interface JudgedJob {
  readonly job: Job;
  /** Root of the project whose limits it is under; null = no project's. */
  readonly project: string | null;
  /** Nothing but harm (CPU without progress) is stopped. */
  readonly harmOnly: boolean;
  /** Why no member is ever a victim; null = not protected. */
  readonly protectedBecause: string | null;
  /** Limits this job is spared from, and the rule that says so. */
  readonly exempt: readonly Exemption[];
  /** Limits that it is told of when it is over them, and not stopped for. */
  readonly told: readonly Exemption[];
  /** A compiled program whose starter is gone: only its CPU use is held against it. */
  readonly isLoose: boolean;
  /** The owner that has to stop it, when that is not the watchdog; then nothing is held against it here. */
  readonly owner: Owner | null;
  /** An app whose manager is gone, and will be taken up by the next one. */
  readonly isLeftManaged?: boolean;
  /** Takes one of the maxConcurrentProcesses, together with whoever has the same `launch`. */
  readonly counts: boolean;
  readonly launch: string;
  readonly processes: readonly JudgedProcess[];
}

export interface Judgement {
  readonly jobs: readonly JudgedJob[];
}

/** monitor: CPU holds come from history alone. one-shot: two samples a moment apart, and the process's lifetime. */
export type Look = "monitor" | "one-shot";
