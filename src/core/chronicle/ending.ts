/** Which jobs are being stopped, and for which rule: what tells a kill from an end of its own. */
import type { WatchdogEvent } from "../event.ts";
import type { EndedBy } from "./rows.ts";
import type { RuleName } from "../verdict.ts";

interface Stopping {
  readonly stepId: string;
  readonly rule: RuleName;
  /** The outcome is known: what the next look finds gone was stopped, what ends later was not. */
  readonly isSettled: boolean;
}

/** By job id: a rescan finds members that the intent could not name. */
export type Ending = ReadonlyMap<string, Stopping>;

export function endingAfter(before: Ending, event: WatchdogEvent): Ending {
  if (event.type === "intent") {
    const { stepId, rule } = event;
    return new Map([...before, [event.jobId, { stepId, rule, isSettled: false }]]);
  }
  if (event.type !== "outcome") return before;
  return new Map(
    [...before].map(([job, stopping]) => [
      job,
      stopping.stepId === event.stepId ? { ...stopping, isSettled: true } : stopping,
    ]),
  );
}

/** After a look: what was settled has been accounted for. */
export const stillEnding = (before: Ending): Ending =>
  before.size === 0 ? before : new Map([...before].filter(([, { isSettled }]) => !isSettled));

export const endedBy = (ending: Ending, jobId: string): EndedBy => ending.get(jobId)?.rule ?? "itself";
