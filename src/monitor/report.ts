/** What one look and one clean-up amount to: plain data, sent over the control socket and rendered by cli/. */
import type { Plan } from "../core/plan.ts";
import type { TargetOutcome } from "../core/outcome.ts";
import type { Policy, Scope } from "../core/policy.ts";
import type { ProcessSample } from "../core/process.ts";
import type { Judgement, Verdict } from "../core/verdict.ts";

/** What the watchdog sees now. */
export interface Report {
  readonly atMs: number;
  readonly policy: Policy;
  /** Path of the configuration file; null = none was found. */
  readonly config: string | null;
  readonly judgement: Judgement;
  /** The monitor that answered; null when the command looked by itself. */
  readonly monitorPid: number | null;
}

/** One carried-out step of a plan. */
export interface CarriedOut {
  readonly victim: ProcessSample;
  readonly verdict: Verdict;
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
}

/** How a caller wants its clean-up; travels to a running monitor as JSON. */
export interface CleanupRequest {
  readonly dryRun: boolean;
  readonly force: boolean;
  /** Act on jobs in reprieve too. */
  readonly yes: boolean;
  /** Look this long (ms) before deciding. */
  readonly watchForMs: number;
}

/** Changes when a message on the control socket changes its shape. */
export const PROTOCOL = 1;

/** Who answers on the control socket. */
export interface About {
  readonly protocol: number;
  readonly version: string;
  readonly pid: number;
  readonly project: string;
  readonly config: string | null;
  readonly mode: string;
  readonly scope: Scope;
  readonly sinceMs: number;
}
