import type { Breaker } from "./breaker.ts";
import type { History } from "./history.ts";
import type { Plan } from "./plan.ts";
import type { Policy, Self } from "./policy.ts";
import type { Repeats } from "./repeats.ts";
import type { Judgement } from "./verdict.ts";

export interface PlanContext {
  readonly policy: Policy;
  readonly self: Self;
  readonly history: History;
  /** Monotonic, as Snapshot.monotonicMs. */
  readonly nowMs: number;
  /** Ids of jobs that are being stopped right now. */
  readonly inFlight: ReadonlySet<string>;
  /** Job id → until when it is in reprieve (arming.ts); empty with --yes. */
  readonly reprieves: ReadonlyMap<string, number>;
  readonly repeats: Repeats;
  readonly breaker: Breaker;
  /** --force: no grace. */
  readonly force: boolean;
}

export function plan(_judgement: Judgement, _context: PlanContext): Plan {
  return { steps: [], heldBack: [] };
}
