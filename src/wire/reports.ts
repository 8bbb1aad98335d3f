/**
 * One look and one clean-up give these reports: plain data, sent over a socket as it is. documents.ts makes
 * of it what leaves the program.
 */
import type { ByHand } from "../core/plan/by-hand.ts";
import type { Cause } from "../core/plan/cause.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { TargetOutcome } from "../core/plan/outcome.ts";
import type { Mode, Policy } from "../core/judge/policy.ts";
import type { ProcessId, ProcessSample } from "../core/process/process.ts";
import type { JudgedProcess, Judgement } from "../core/judge/verdict.ts";

/** The watchdog sees this now. */
export interface Report {
  readonly atMs: number;
  readonly policy: Policy;
  /** Path of the configuration file; null = none was found. */
  readonly config: string | null;
  readonly judgement: Judgement;
  /** The monitor that answered; null when the command looked by itself. */
  readonly monitorPid: number | null;
  /** Missing: nobody watches, or a monitor of an older version does. */
  readonly watch?: WatchFacts;
}

/** How a monitor has fared since it began. */
export interface WatchFacts {
  readonly ticks: number;
  /** All of them together. */
  readonly ticksTookMs: number;
  readonly breaker: { readonly isOpen: boolean; readonly killsLastMinute: number };
}

/** One carried-out step of a plan. */
export interface CarriedOut {
  readonly victim: ProcessSample;
  readonly cause: Cause;
  readonly outcomes: readonly TargetOutcome[];
  readonly left: readonly ProcessSample[];
}

export interface CleanupReport {
  readonly atMs: number;
  /** dry-run and observe sent nothing. */
  readonly mode: "enforce" | "observe" | "dry-run";
  readonly plan: Plan;
  readonly carriedOut: readonly CarriedOut[];
  readonly monitorPid: number | null;
  /** Jobs of no project, of which only harm is stopped; missing: nothing is said about them. */
  readonly elsewhere?: OnlyShown;
}

export interface OnlyShown {
  readonly jobs: number;
  readonly memoryBytes: number;
}

/** The caller says how it wants its clean-up; this travels to a running monitor as JSON. */
export interface CleanupRequest {
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly yes: boolean;
  /** Look this long (ms) before deciding. */
  readonly watchForMs: number;
  /** Root of the project that it is asked for in; null = it is about everybody in scope. */
  readonly project: string | null;
  /** A person was shown that these would die, and confirmed no other; missing: whoever is over a limit. */
  readonly only?: readonly ProcessId[];
}

/** A person wants these processes stopped. Each is named as it was shown, so that a reused pid is refused. */
export interface StopRequest {
  readonly chosen: readonly ProcessId[];
  readonly dryRun: boolean;
  readonly force: boolean;
  /** A person was shown that these would die, and confirmed no other. */
  readonly only?: readonly ProcessId[];
  /** The reason, as a clause, if it is not that a person points at them. */
  readonly because?: string;
}

export interface StopReport {
  readonly atMs: number;
  readonly dryRun: boolean;
  /** The mode of the watchdog's own decisions; what a person asks for is carried out in observe mode too. */
  readonly mode: Mode;
  readonly plan: ByHand;
  readonly carriedOut: readonly CarriedOut[];
  readonly monitorPid: number | null;
}

/** The caller says how closely it wants to look. */
export interface ReportRequest {
  /** Every reading of every process; else what a decision hangs on. */
  readonly full: boolean;
  /**
   * true: the look counts as the monitor's own. A caller that looks once a second must not set it: it would
   * change what a hold of a minute sees.
   */
  readonly remember: boolean;
  /** The last look as it is, where there is one: nobody looks for this. */
  readonly last?: true;
}

/** Somebody starts a watchdog in another project: its limits are to be kept by the one that runs. */
export interface KeepRequest {
  /** The directory in which it was started. */
  readonly cwd: string;
  /** `--config`; null = what is found there. */
  readonly file: string | null;
  /** `--mode`; null = as its file says. */
  readonly mode: Mode | null;
  /** True: somebody starts to watch there, and jobs that already run are spared for a while. */
  readonly reprieve: boolean;
}

/** refused: why not, as a clause. */
export type KeepReport =
  | { readonly result: "kept"; readonly root: string; readonly policy: Policy }
  | { readonly result: "refused"; readonly because: string };

/** gone: nobody has that pid, or it is somebody else by now. */
export interface AccompanyReport {
  readonly result: "accompanied" | "gone";
}

/** Tells that this command has ended. */
export interface DepartRequest {
  /** The pid of the process that was accompanied; else the command's own. */
  readonly pid: number;
  /** The variable that the command, and all that it started, was given: `NAME=value`. */
  readonly assignment: string;
  readonly clean: boolean;
}

export interface Departure {
  /** Meanwhile, by the monitor: the command's, and whoever else's. */
  readonly stopped: readonly CarriedOut[];
  readonly left: LeftRunning;
}

/** A command has left these processes behind. */
export interface LeftRunning {
  readonly processes: readonly JudgedProcess[];
  /** null = it was not asked for. */
  readonly cleaned: StopReport | null;
}
