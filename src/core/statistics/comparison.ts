/** Whether one set of times differs from another, and by how much. */
import { criticalU, mannWhitney } from "./mann-whitney.ts";

/** "no difference" only where one that matters can be excluded. */
export type Difference = "faster" | "slower" | "no difference" | "cannot tell";

export interface Comparison {
  readonly test: "Mann-Whitney U";
  readonly estimator: "Hodges-Lehmann";
  /** Of the new times against the old ones. */
  readonly verdict: Difference;
  /** New time / old time; null where the old ones are 0. */
  readonly ratio: number | null;
  /** Between these two the ratio is, with a confidence of 95 %; null = too few times. */
  readonly interval: readonly [least: number, most: number] | null;
  /** So many times on each side would tell, if they are spread as these are; null = it can be told, or no number would. */
  readonly needed: number | null;
  readonly u: number;
  readonly p: number;
}

/** So often at most, by chance alone, is a difference seen where there is none. */
const SIGNIFICANCE = 0.05;
/** Less is no difference that anybody means, however certain it is. */
const LEAST_CHANGE = 0.01;
/** A difference of a tenth matters: where it can be neither seen nor excluded, nothing can be told. */
const MATTERS = 0.1;
/** With fewer on one of the sides nothing can be told. */
const LEAST_SAMPLES = 5;

/**
 * Two sets of times that are independent of each other. Times of one process are not, nor are those of one moment: one time of
 * each process stands for them, and the processes of the two sides take turns (`npm run soak -- --statistics 200` shows
 * what it is worth otherwise). The ratio is the median of those of all pairs: Hodges and Lehmann, "Estimates of Location Based
 * on Rank Tests", Annals of Mathematical Statistics 34 (1963). It is above 1 where U is above its middle, and its interval
 * has 1 in it where p is not significant, so they do not contradict each other.
 * `leastChange`: a smaller one is not believed; 0.05 is a twentieth, in either direction.
 * @throws RangeError where there are no samples
 */
export function compareTimes(
  before: readonly number[],
  after: readonly number[],
  leastChange = LEAST_CHANGE,
): Comparison {
  const { u, p } = mannWhitney(after, before);
  const ratios = after.flatMap((now) => before.map((old) => (now === old ? 1 : now / old)));
  ratios.sort((a, b) => a - b);
  const ratio = between(ratios, (ratios.length - 1) >> 1, ratios.length >> 1);
  const size = Math.min(before.length, after.length);
  const outside = size < LEAST_SAMPLES ? null : criticalU(after.length, before.length, SIGNIFICANCE);
  const interval = outside === null ? null : endsOf(ratios, outside);
  const isCertain = interval !== null && p < SIGNIFICANCE && apart(ratio) >= Math.log(1 + leastChange);
  const verdict = isCertain ? (ratio > 1 ? "slower" : "faster") : ifUncertain(interval, leastChange);
  const canBeTold = verdict !== "cannot tell" || leastChange > MATTERS;
  return {
    test: "Mann-Whitney U",
    estimator: "Hodges-Lehmann",
    verdict,
    ratio: Number.isFinite(ratio) ? ratio : null,
    interval,
    needed: canBeTold ? null : neededOf(size, ratio, interval),
    u,
    p,
  };
}

type Interval = Comparison["interval"];

/** How far it is from no difference, in either direction. */
const apart = (ratio: number): number => Math.abs(Math.log(ratio));

/** In the middle of two of them, as ratios are. */
const between = (ratios: readonly number[], first: number, second: number): number =>
  Math.sqrt((ratios[first] ?? NaN) * (ratios[second] ?? NaN));

const endsOf = (ratios: readonly number[], outside: number): Interval => [
  ratios[outside] ?? NaN,
  ratios.at(-1 - outside) ?? NaN,
];

const ifUncertain = (interval: Interval, leastChange: number): Difference =>
  interval !== null && leastChange <= MATTERS && interval.every((each) => apart(each) < Math.log(1 + MATTERS))
    ? "no difference"
    : "cannot tell";

/** Intervals shrink with the square root of the number; this one has to leave out 1, or all that matters. */
function neededOf(size: number, ratio: number, interval: Interval): number | null {
  if (interval === null) return LEAST_SAMPLES;
  const half = Math.log(interval[1] / interval[0]) / 2;
  const wanted = Math.max(apart(ratio), Math.log(1 + MATTERS) - apart(ratio));
  const needed = Math.max(size + 1, Math.ceil(size * (half / wanted) ** 2));
  return Number.isFinite(needed) ? needed : null;
}
