/** What the history says of the days before a moment, for a task that can do without. */
import type { Loaded } from "../../config/load.ts";
import type { PeriodReport } from "../../core/report/period.ts";
import { withHistory } from "./with-history.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export const lastDays = (days: number, nowMs: number): Span => ({
  fromMs: nowMs - days * DAY_MS,
  toMs: nowMs,
});

type Words = typeof import("../../core/report/summary.ts");

/** What `say` makes of it, or why there is nothing to be said. Throws as `withHistory` does. */
export async function withReport(
  loaded: Loaded,
  span: Span,
  say: (report: PeriodReport, words: Words) => string,
): Promise<string> {
  const [{ reportFrom }, words] = await Promise.all([
    import("../reporting/period.ts"),
    import("../../core/report/summary.ts"),
  ]);
  return withHistory(loaded, (history) =>
    say(reportFrom(history, loaded, { ...span, project: null, top: MOST_OF_A_KIND }), words),
  );
}

/** As many as a page is read to its end for. */
const MOST_OF_A_KIND = 10;
