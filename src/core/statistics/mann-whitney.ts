/**
 * The U test of Mann and Whitney, "On a Test of Whether one of Two Random Variables is Stochastically Larger than the Other",
 * Annals of Mathematical Statistics 18 (1947). It asks for no normal distribution, which times of programs do not have.
 */
import { twoSidedNormal } from "./normal.ts";
import { doubledRanks, tiesIn } from "./ranks.ts";

interface MannWhitney {
  /** Pairs in which the sample of `a` is the larger one; pairs of equal samples count half. */
  readonly u: number;
  /** Two-sided. */
  readonly p: number;
}

/** Up to so many samples in all it counts, and beyond it asks the normal distribution. */
const MOST_COUNTED = 50;

/** @throws RangeError where one of them has no samples */
export function mannWhitney(a: readonly number[], b: readonly number[]): MannWhitney {
  if (a.length === 0 || b.length === 0) throw new RangeError("There are no samples to compare.");
  const ranks = doubledRanks([...a, ...b]);
  const n = a.length;
  const sumOfA = ranks.slice(0, n).reduce((sum, each) => sum + each, 0);
  const u = sumOfA / 2 - (n * (n + 1)) / 2;
  return { u, p: pOf(ranks, n, u) };
}

const pOf = (ranks: readonly number[], n: number, u: number): number =>
  ranks.length <= MOST_COUNTED ? byCounting(ranks, n, 2 * u + n * (n + 1)) : byNormal(ranks, n, u);

/**
 * The largest U of `n` and `m` samples, none of them equal, that is significant; null: none is. By so many pairs at either end
 * of all `n · m` of them an interval is bounded (Hollander and Wolfe, "Nonparametric Statistical Methods", 1973, chapter 4).
 */
export function criticalU(n: number, m: number, significance: number): number | null {
  const ranks = Array.from({ length: n + m }, (_, i) => 2 * (i + 1));
  let [least, most] = [-1, Math.floor((n * m) / 2)];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (pOf(ranks, n, middle) < significance) least = middle;
    else most = middle - 1;
  }
  return least < 0 ? null : least;
}

/**
 * Among all ways to choose the samples of `a` from both: the share of those that are at least as far from the middle. It holds
 * with ties, too (Klotz, "The Wilcoxon, Ties, and the Computer", Journal of the American Statistical Association 61, 1966).
 */
function byCounting(ranks: readonly number[], n: number, sumOfA: number): number {
  const most = ranks.reduce((sum, each) => sum + each, 0);
  // ways[k][s]: to choose k of the ranks so far, with the sum s
  const ways = Array.from({ length: n + 1 }, () => new Float64Array(most + 1));
  ways[0]?.fill(1, 0, 1);
  for (const rank of ranks)
    for (let k = n; k > 0; k--) {
      const [into, from] = [ways[k], ways[k - 1]];
      if (into === undefined || from === undefined) continue;
      for (let sum = most; sum >= rank; sum--) into[sum] = (into[sum] ?? 0) + (from[sum - rank] ?? 0);
    }
  const middle = (n * most) / ranks.length;
  const [all, far] = [ways[n] ?? [], Math.abs(sumOfA - middle)];
  let [total, outside] = [0, 0];
  for (const [sum, count] of all.entries()) {
    total += count;
    if (Math.abs(sum - middle) >= far - ROUNDING) outside += count;
  }
  return outside / total;
}

const ROUNDING = 1e-6;

/** Corrected for ties and for continuity. */
function byNormal(ranks: readonly number[], n: number, u: number): number {
  const [all, m] = [ranks.length, ranks.length - n];
  const variance = ((n * m) / 12) * (all + 1 - tiesIn(ranks) / (all * (all - 1)));
  if (variance === 0) return 1;
  return twoSidedNormal(Math.max(0, Math.abs(u - (n * m) / 2) - 0.5) / Math.sqrt(variance));
}
