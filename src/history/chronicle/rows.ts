/** What the history keeps of the looks, as rows. Times are Unix epoch ms, memory is bytes, CPU is ms or percent of one core. */
import type { LimitName } from "../../core/judge/policy.ts";
import type { Kind, Machine } from "../../core/process/process.ts";
import type { StopRule } from "../../core/plan/cause.ts";
import type { Decision, RuleName, Judgement } from "../../core/judge/verdict.ts";

/** All looks of one minute: the most that was seen of everything, and the mean of the CPU. */
export interface TickRow {
  readonly atMs: number;
  readonly spanMs: number;
  readonly looks: number;
  readonly processes: number;
  readonly jobs: number;
  /** Jobs that take one of the maxConcurrentProcesses. */
  readonly counted: number;
  readonly memoryBytes: number;
  readonly cpuPercent: number;
  readonly cpuPercentMax: number;
  readonly availableBytes: number | null;
}

/**
 * `itself`: not ended by us. A rule: stopped by us for it. `unseen`: it was gone when a monitor looked again after
 * nobody had; its end is then the last time it was seen.
 */
export type EndedBy = "itself" | "unseen" | StopRule;

export interface JobRow {
  /** `pid:startTicks`, as in job.ts; unique together with `beganMs`. */
  readonly id: string;
  readonly beganMs: number;
  /** The last look that it was in, no older than a few minutes while it lives. */
  readonly seenMs: number;
  /** null: alive when it was last seen. */
  readonly endedMs: number | null;
  readonly endedBy: EndedBy | null;
  /** Working directory of the root; null = unreadable. */
  readonly project: string | null;
  readonly command: string;
  readonly kind: Kind;
  readonly exempt: readonly LimitName[];
  /** Most Bun processes at once. */
  readonly processes: number;
  /** The most that a single process of it used; null = never readable. */
  readonly memoryBytes: number | null;
  /** Of its Bun processes, those that have ended included. */
  readonly cpuMs: number;
}

interface ProcessRow {
  readonly pid: number;
  readonly startMs: number;
  readonly job: string;
  readonly project: string | null;
  readonly command: string;
}

export interface ExitRow extends ProcessRow {
  /** When it was found to be gone. */
  readonly atMs: number;
  readonly kind: Kind;
  readonly ageMs: number;
  readonly memoryBytes: number | null;
  readonly cpuMs: number;
  readonly endedBy: EndedBy;
}

/** One process over one limit, from the first look to the last that found it so. */
export interface VerdictRow extends ProcessRow {
  readonly rule: RuleName;
  readonly firstMs: number;
  readonly lastMs: number;
  /** The worst of it. */
  readonly decision: Exclude<Decision, "ok">;
  /** In the rule's unit (verdict.ts). */
  readonly limit: number;
  /** The highest; null = never readable. */
  readonly value: number | null;
  readonly evidence: string;
}

/** Each list may repeat a row that was given before, with newer values: the key says which. */
export interface Rows {
  readonly ticks: readonly TickRow[];
  readonly jobs: readonly JobRow[];
  readonly exits: readonly ExitRow[];
  readonly verdicts: readonly VerdictRow[];
}

export const noRows: Rows = { ticks: [], jobs: [], exits: [], verdicts: [] };

/** One look, as the chronicle needs it. */
export interface Seen {
  readonly atMs: number;
  /** Never jumps: every duration is a difference of these. */
  readonly monotonicMs: number;
  readonly machine: Pick<Machine, "availableBytes">;
  readonly judgement: Judgement;
  /** What is known after the look (history.ts): who still lives, though it may not be in the judgement. */
  readonly history: Readonly<Record<"processes" | "jobs", Pick<ReadonlySet<string>, "has">>>;
}
