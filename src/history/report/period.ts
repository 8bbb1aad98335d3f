/**
 * What a period amounts to: one value, of which the text of `report`, its `--json`, the day's summary in the log and the
 * month's review are renderings. Times are Unix epoch ms, memory bytes, CPU percent of one core.
 */
import type { LIMIT_KEYS, LimitName, Limits, Mode } from "../../core/judge/policy.ts";
import type { StopRule } from "../../core/plan/cause.ts";

export interface Period {
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
}

export interface PeriodReport extends Period {
  /** Only what worked in this directory or below it; null = everything that was watched. */
  readonly project: string | null;
  /** The first thing in the history; null = it is empty. */
  readonly historyBeganMs: number | null;
  readonly mode: Mode;
  /** In force now; a rule may have another one for some jobs. */
  readonly limits: Limits;
  readonly totals: Totals;
  /** The same for as long a time before; null = it was not watched from beginning to end. */
  readonly before: Totals | null;
  /** What was stopped and why; most stops first. */
  readonly stopped: readonly Stopped[];
  /** Over a limit for its whole hold, and not stopped: the mode was observe, or it was held back. */
  readonly observed: readonly Observed[];
  /** Stops that did not end with everything dead, newest first. */
  readonly survivors: readonly Survivor[];
  readonly offenders: { readonly projects: readonly Offender[]; readonly commands: readonly Offender[] };
  /** Local days, oldest first; the first and the last may be parts of one. */
  readonly days: readonly Day[];
  readonly advice: readonly Advice[];
}

export interface Measured {
  /** How long a monitor looked; one-shot clean-ups do not count. */
  readonly watchedMs: number;
  readonly stops: number;
  /** null: nobody watched. */
  readonly peakJobs: number | null;
  readonly peakMemoryBytes: number | null;
  readonly meanCpuPercent: number | null;
  readonly maxCpuPercent: number | null;
  readonly monitorStarts: number;
  readonly breakerOpenings: number;
}

export interface Totals extends Measured {
  readonly jobs: number;
  /** Stops by rule; a rule that stopped nothing is missing. */
  readonly stopsByRule: Readonly<Partial<Record<StopRule, number>>>;
  /** Processes that were told to end in those stops. */
  readonly targets: number;
  /** Of them, those that did not. */
  readonly survivors: number;
  /** Stops whose outcome is not known: the watchdog ended before it could say, or is still at it. */
  readonly unknown: number;
  readonly observed: number;
}

interface Grouped {
  readonly rule: StopRule;
  readonly project: string | null;
  readonly command: string;
  readonly lastMs: number;
  readonly evidence: string;
}

export interface Stopped extends Grouped {
  readonly stops: number;
  readonly survivors: number;
}

export interface Observed extends Grouped {
  readonly episodes: number;
}

export interface Survivor {
  readonly atMs: number;
  readonly rule: StopRule;
  readonly pid: number;
  readonly command: string;
  readonly project: string | null;
  /** null: the outcome is not known; the watchdog ended, or is still at it. */
  readonly survivors: number | null;
}

export interface Offender {
  /** The project, or the command line; null = it could not be read. */
  readonly name: string | null;
  readonly stops: number;
  /** Times that a process of it was over a limit, suspect or runaway, stopped or not. */
  readonly episodes: number;
  readonly cpuMs: number;
  /** Of one process. */
  readonly peakMemoryBytes: number | null;
}

export interface LocalDay extends Period {
  /** "2026-11-20". */
  readonly date: string;
}

export type Day = Measured & LocalDay;

export type LimitFinding = "too-tight" | "too-loose" | "fine" | "not-enough-data" | "off";

export interface Advice {
  readonly limit: LimitName;
  readonly finding: LimitFinding;
  /** Only for this command line; null = for the limit that holds for all. */
  readonly command: string | null;
  /** Where that command works; null = anywhere, or unknown. */
  readonly project: string | null;
  /** In force, in the unit of `suggestion`; null = the limit is off. */
  readonly current: number | null;
  readonly suggestion: Suggestion | null;
  readonly evidence: string;
  /** The same numbers for programs, units in the names. */
  readonly numbers: Readonly<Record<string, number>>;
}

/** What to write into the configuration file, in its own keys and units. */
type Suggestion =
  | { readonly kind: "key"; readonly key: ConfigKey; readonly value: number }
  /** An entry of `rules`, to stand before the others. */
  | { readonly kind: "rule"; readonly rule: SuggestedRule };

export type ConfigKey = (typeof LIMIT_KEYS)[LimitName] | "cpuHoldMs";

export interface SuggestedRule {
  readonly name: string;
  readonly match: { readonly command: string; readonly cwd?: string };
  readonly maxMemoryUsageMB?: number;
  readonly processTimeoutMs?: number;
}

/** What the history says about a period; the report is made from it. */
export interface ReportFacts extends Omit<PeriodReport, "mode" | "limits" | "advice"> {
  readonly evidence: Evidence;
}

export interface Evidence {
  readonly timeout: LimitEvidence;
  /** `leastAvailableBytes`: the least memory that could be had without swapping; null = nobody looked. */
  readonly memory: LimitEvidence & { readonly leastAvailableBytes: number | null };
  /**
   * Samples are the times over the limit, ms, of processes that then ended by themselves; the need is percent of a core over
   * their whole lives, of processes that lived longer than the hold.
   */
  readonly cpu: LimitEvidence;
  readonly concurrency: Crowding;
}

export interface LimitEvidence {
  readonly pressed: readonly Pressed[];
  readonly need: Need;
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
