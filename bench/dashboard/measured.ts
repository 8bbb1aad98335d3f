/** What was measured of the page's server, before it is made into tables. */
import type { Cost } from "./costs.ts";
import type { Waited } from "./requests.ts";

/** Where the two stand at one stage. */
export interface Stage {
  readonly name: string;
  readonly monitor: Cost;
  readonly server: Cost | null;
}

export interface MeasuredOther {
  readonly name: string;
  readonly cost: Cost;
  readonly waited: Waited | null;
}

export interface MeasuredDashboard {
  readonly processes: number;
  readonly followers: number;
  readonly stages: readonly Stage[];
  /** That all followers together have got, each second. */
  readonly framesPerS: number;
  readonly longTasks: readonly number[];
  readonly requests: readonly Waited[];
  readonly others: readonly MeasuredOther[];
}
