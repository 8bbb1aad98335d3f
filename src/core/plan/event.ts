/** Everything worth recording. The log, the history, the page and `--json` are renderings of these. */
import type { TargetOutcome, Signal } from "./outcome.ts";
import type { Kind, ProcessId } from "../process/process.ts";
import type { RuleName } from "../judge/verdict.ts";
import type { StopRule } from "./cause.ts";

/** When it happened: Unix epoch ms. */
export type WatchdogEvent = EventBody & { readonly atMs: number };

export type EventBody =
  | {
      readonly type: "started";
      readonly pid: number;
      readonly mode: string;
      readonly scope: string;
      readonly config: string | null;
    }
  | { readonly type: "stopped"; readonly pid: number; readonly reason: string }
  | { readonly type: "suspect"; readonly victim: Named; readonly rule: RuleName; readonly evidence: string }
  /** Written before the first signal. */
  | {
      readonly type: "intent";
      readonly stepId: string;
      readonly victim: Named;
      readonly targets: readonly Named[];
      readonly rule: StopRule;
      readonly evidence: string;
      readonly signal: Signal;
      /** What the evidence says, in the rule's unit (verdict.ts); null = not known, or nothing was exceeded. */
      readonly limit: number | null;
      readonly value: number | null;
      readonly jobId: string;
      readonly kind: Kind;
      readonly cwd: string | null;
    }
  /** Written before the first SIGSTOP: what a later start has to thaw. */
  | { readonly type: "freezing"; readonly stepId: string; readonly targets: readonly Named[] }
  | {
      readonly type: "outcome";
      readonly stepId: string;
      readonly victim: Named;
      readonly rule: StopRule;
      readonly outcomes: readonly TargetOutcome[];
      readonly left: readonly Named[];
    }
  | { readonly type: "thawed"; readonly targets: readonly Named[] }
  /** Over a limit, and left alone for now: reprieve, back-off, breaker. */
  | {
      readonly type: "held-back";
      readonly victim: Named;
      readonly rule: RuleName;
      readonly evidence: string;
      readonly because: string;
    }
  | { readonly type: "breaker"; readonly open: boolean; readonly killsLastMinute: number }
  | { readonly type: "config-changed"; readonly path: string }
  | { readonly type: "config-rejected"; readonly path: string; readonly problem: string }
  /** What the maintenance had to say: the day's, week's or month's summary. */
  | { readonly type: "maintenance"; readonly task: MaintenanceTask; readonly text: string }
  | { readonly type: "trouble"; readonly what: string };

export const MAINTENANCE_TASKS = ["daily", "weekly", "monthly"] as const;
export type MaintenanceTask = (typeof MAINTENANCE_TASKS)[number];

/** How a process is named in records: enough to find it again, and no secret. */
export interface Named {
  readonly id: ProcessId;
  readonly command: string;
}

export const namedProcess = ({ id, command }: Named): Named => ({ id, command });
