/** What the history says of the days before a moment, for a task that can do without. */
import type { Loaded } from "../../config/load.ts";
import type { PeriodReport } from "../../core/report/period.ts";
import { type Used, withHistory } from "./with-history.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export const lastDays = (days: number, nowMs: number): Span => ({
  fromMs: nowMs - days * DAY_MS,
  toMs: nowMs,
});

/** As many of each kind as are read to the end. */
const MOST_OF_A_KIND = 10;

/** Throws as `withHistory` does. */
export async function reportOf(loaded: Loaded, span: Span): Promise<Used<PeriodReport>> {
  const { reportFrom } = await import("../reporting/period.ts");
  const options = { ...span, project: null, top: MOST_OF_A_KIND };
  return withHistory(loaded, (history) => reportFrom(history, loaded, options));
}
