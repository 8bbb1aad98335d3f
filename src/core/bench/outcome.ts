/** What a report means for whoever has asked: the exit code. */
import type { BenchReport } from "./report.ts";

/** Whether slower than the baseline is a failure, too. */
export interface OutcomeWish {
  readonly failOnSlower: boolean;
}

/** 1: a trial failed, a target was missed, or one is slower where it may not be. */
export function exitCodeOf({ benchmarks, comparisons }: BenchReport, { failOnSlower }: OutcomeWish): 0 | 1 {
  const isBad = benchmarks.some(({ failure, targetMet }) => failure !== null || targetMet === false);
  const isSlower = comparisons.some(
    ({ against, verdict }) => against.kind === "baseline" && verdict === "slower",
  );
  return isBad || (failOnSlower && isSlower) ? 1 : 0;
}
