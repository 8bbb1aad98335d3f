/** Whether one set of times differs from another. */
import { mannWhitney } from "./mann-whitney.ts";
import { medianOf } from "./quantile.ts";

export type Difference = "faster" | "slower" | "no difference";

export interface Comparison {
  readonly test: "Mann-Whitney U";
  /** Of the new times against the old ones. */
  readonly verdict: Difference;
  /** Median of the new times / median of the old ones; null where the old one is 0. */
  readonly ratio: number | null;
  readonly u: number;
  readonly p: number;
}

/** So often at most, by chance alone, is a difference seen where there is none. */
export const SIGNIFICANCE = 0.05;
/** Less is no difference that anybody means, however certain it is. */
export const LEAST_CHANGE = 0.01;
/** With fewer on one of the sides the verdict is always "no difference". */
export const LEAST_SAMPLES = 5;

/**
 * Two sets of times that are independent of each other. Times of one process are not, nor are those of one moment: one time of
 * each process stands for them, and the processes of the two sides take turns (`npm run soak -- --statistics 200` shows
 * what it is worth otherwise). `leastChange`: a smaller one is no difference; 0.05 is a twentieth, in either direction. @throws RangeError where there are no samples
 */
export function compareTimes(
  before: readonly number[],
  after: readonly number[],
  leastChange = LEAST_CHANGE,
): Comparison {
  const { u, p } = mannWhitney(after, before);
  const [old, now] = [medianOf(before), medianOf(after)];
  const ratio = old === 0 ? null : now / old;
  const isEnough = Math.min(before.length, after.length) >= LEAST_SAMPLES;
  const change = ratio === null || ratio === 0 ? Infinity : Math.max(ratio, 1 / ratio) - 1;
  const isCertain = isEnough && p < SIGNIFICANCE && change >= leastChange;
  // where the medians and the ranks disagree, neither is believed
  const isSlower = u > (before.length * after.length) / 2;
  const agrees = isSlower === now > old;
  return {
    test: "Mann-Whitney U",
    verdict: !isCertain || !agrees ? "no difference" : isSlower ? "slower" : "faster",
    ratio,
    u,
    p,
  };
}
