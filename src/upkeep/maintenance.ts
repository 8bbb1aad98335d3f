/** Which planned runs of the maintenance are due. A slot is a moment that a task's schedule names. */

/** One slot that has been dealt with. Times are Unix epoch ms. */
export interface Run {
  readonly slotMs: number;
  readonly atMs: number;
  /** What was done; null = begun, and not known to have ended. */
  readonly result: string | null;
}

/** The result of a slot that was only noted: it lay before the first start, so nothing was missed. */
export const NOTED = "noted, not run: nothing was kept before it";

export type TaskStanding =
  /** The schedule names no moment up to now. */
  | { readonly standing: "none" }
  | { readonly standing: "done"; readonly slotMs: number }
  /** To be written down without a run. */
  | { readonly standing: "unknown"; readonly slotMs: number }
  /** To be run; `again` = it was begun before, and that run died. */
  | { readonly standing: "due"; readonly slotMs: number; readonly again: boolean };

/**
 * How a task stands, from its latest slot that is not in the future and the runs on record. Only the latest slot can
 * be due: whatever was missed before it is made up by the one run. The clock may have been set in either direction
 * in between: a slot on record never runs again, one before everything on record is from a time we did not see, and
 * every other one runs, so a clock that once was a year ahead does not silence a task for that year.
 */
export function taskStanding(latestMs: number | null, runs: readonly Run[]): TaskStanding {
  if (latestMs === null) return { standing: "none" };
  const slotMs = latestMs;
  const known = runs.find((run) => run.slotMs === slotMs);
  if (known !== undefined)
    return known.result === null ? { standing: "due", slotMs, again: true } : { standing: "done", slotMs };
  return runs.every((run) => slotMs < run.slotMs)
    ? { standing: "unknown", slotMs }
    : { standing: "due", slotMs, again: false };
}
