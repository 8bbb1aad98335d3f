/**
 * The U test of Mann and Whitney, "On a Test of Whether one of Two Random Variables is Stochastically Larger than the Other",
 * Annals of Mathematical Statistics 18 (1947). It asks for no normal distribution, which times of programs do not have.
 */

export interface MannWhitney {
  /** Pairs in which the sample of `a` is the larger one; pairs of equal samples count half. */
  readonly u: number;
  /** Two-sided, by the normal distribution, corrected for ties and for continuity. */
  readonly p: number;
}

/** @throws RangeError where one of them has no samples */
export function mannWhitney(a: readonly number[], b: readonly number[]): MannWhitney {
  if (a.length === 0 || b.length === 0) throw new RangeError("There are no samples to compare.");
  const [n, m, all] = [a.length, b.length, a.length + b.length];
  const { rankSumOfA, ties } = ranked(a, b);
  const u = rankSumOfA - (n * (n + 1)) / 2;
  const variance = ((n * m) / 12) * (all + 1 - ties / (all * (all - 1)));
  if (variance === 0) return { u, p: 1 };
  const distance = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5);
  return { u, p: 2 * upperTail(distance / Math.sqrt(variance)) };
}

/** Equal samples share the mean of their ranks; `ties` is the sum of t³ − t over their groups. */
function ranked(a: readonly number[], b: readonly number[]): { rankSumOfA: number; ties: number } {
  const all = [...a.map((value) => ({ value, ofA: 1 })), ...b.map((value) => ({ value, ofA: 0 }))].toSorted(
    (x, y) => x.value - y.value,
  );
  let [rankSumOfA, ties] = [0, 0];
  for (let from = 0, to = 0; from < all.length; from = to) {
    let ofA = 0;
    for (; all[to]?.value === all[from]?.value && to < all.length; to++) ofA += all[to]?.ofA ?? 0;
    const size = to - from;
    rankSumOfA += ofA * (from + (size + 1) / 2);
    ties += size ** 3 - size;
  }
  return { rankSumOfA, ties };
}

const COEFFICIENTS = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429] as const;

/** Of the normal distribution: Abramowitz and Stegun, 26.2.17, with an error below 7.5e-8. */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const series = COEFFICIENTS.reduceRight((sum, each) => (sum + each) * t, 0);
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}
