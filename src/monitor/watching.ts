/** What a watchdog needs, may be asked for, and answers. */
import type { Plan } from "../core/plan/plan.ts";
import type { Reach } from "../core/plan/planning.ts";
import type { Self } from "../core/judge/policy.ts";
import type { ProcessId } from "../core/process/process.ts";
import type { TerminatePorts } from "../kill/ports.ts";
import type { GatedJobs } from "../ports/gate.ts";
import type { ProcessSampler } from "../ports/sampler.ts";
import type { Terminals } from "../ports/terminals.ts";
import type { CarriedOut } from "../wire/reports.ts";
import type { TickResult, LookOptions } from "./tick.ts";

export interface WatchPorts extends TerminatePorts {
  readonly sampler: ProcessSampler;
  readonly gated?: GatedJobs;
  readonly terminals?: Terminals;
  /** Shown every look, a tick's second one too; must be quick, and must not throw. */
  readonly onLook?: (look: TickResult) => void;
}

export interface DecideOptions {
  /** No grace. */
  readonly force?: boolean;
  /** Act on jobs in reprieve too. */
  readonly yes?: boolean;
  /** The process that asked; it is never a victim either. */
  readonly caller?: Self;
  /** The jobs that it is about; missing: all of them. */
  readonly reach?: Reach;
  /** All who may die; missing: nobody was asked. */
  readonly only?: readonly ProcessId[];
  /** A person's command: nothing that guards against our own decisions holds it up, and it counts for none of that. */
  readonly byPerson?: boolean;
}

export interface Tick {
  readonly plan: Plan;
  /** Terminations begun in this tick; each settles after its grace at the latest. */
  readonly started: readonly Promise<CarriedOut>[];
}

/** How a monitor looks. */
export const TICK: LookOptions = { kind: "monitor", full: false };
