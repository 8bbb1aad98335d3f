/** These facts sum up what the history says about a period; a report is made from them. Units as in period.ts. */
import type { PeriodReport } from "./period.ts";

export interface ReportFacts extends Omit<PeriodReport, "mode" | "limits" | "advice"> {
  readonly evidence: Evidence;
}

/** What the limits are judged by. */
export interface Evidence {
  readonly timeout: { readonly pressed: readonly Pressed[]; readonly need: Need };
  readonly memory: {
    readonly pressed: readonly Pressed[];
    readonly need: Need;
    /** The least memory that could be had without swapping; null = nobody looked. */
    readonly leastAvailableBytes: number | null;
  };
  readonly cpu: {
    /** Samples are the times over the limit, ms, of processes that then ended by themselves. */
    readonly pressed: readonly Pressed[];
    /** Percent of a core over their whole lives, of processes that lived longer than the hold. */
    readonly need: Need;
  };
  readonly concurrency: Crowding;
}

/** One command, in one project, that went over one limit. */
export interface Pressed {
  readonly project: string | null;
  readonly command: string;
  /** In force then, in the rule's unit. */
  readonly limit: number;
  /** Stopped for it, and nothing else was wrong with it. */
  readonly stops: number;
  /** Stopped for it, and over another limit or growing as well. */
  readonly otherwiseBad: number;
  /** In the same unit, of its runs in this period that ended by themselves while the limit held for them; ascending. */
  readonly samples: readonly number[];
}

/** What was used without being stopped for it, in the whole history: a limit has to leave room for all of that. */
export interface Need {
  readonly count: number;
  readonly highest: number | null;
  /** Of the highest. */
  readonly command: string | null;
}

export interface Crowding {
  readonly watchedMs: number;
  /** For which the limit held. */
  readonly jobs: number;
  /** Of that, with as many jobs as are allowed, or more. */
  readonly atLimitMs: number;
  /** Of that, with more. */
  readonly overLimitMs: number;
  readonly stops: number;
  /** Of those, the ones that nothing spoke against but that they were the youngest. */
  readonly healthyStops: number;
  /** The most jobs that counted at such a stop. */
  readonly mostAtStop: number | null;
  /** In the whole history. */
  readonly peakCounted: number | null;
  readonly peakMemoryBytes: number | null;
  readonly peakJobs: number | null;
}
