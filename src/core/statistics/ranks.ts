/** Ranks of samples, as the tests of Mann, Whitney and Wilcoxon need them. */

/** Twice the rank of each sample, so that it is a whole number: equal samples share the mean of their ranks. */
export function doubledRanks(samples: readonly number[]): readonly number[] {
  const order = samples.map((_, at) => at).toSorted((x, y) => (samples[x] ?? 0) - (samples[y] ?? 0));
  const ranks: number[] = [];
  for (let from = 0, to = 0; from < order.length; from = to) {
    const same = samples[order[from] ?? 0];
    while (to < order.length && samples[order[to] ?? 0] === same) to++;
    for (const at of order.slice(from, to)) ranks[at] = from + 1 + to;
  }
  return ranks;
}

/** The sum of t³ − t over the groups of t equal ranks. */
export function tiesIn(ranks: readonly number[]): number {
  const sizes = new Map<number, number>();
  for (const rank of ranks) sizes.set(rank, (sizes.get(rank) ?? 0) + 1);
  return [...sizes.values()].reduce((sum, size) => sum + size ** 3 - size, 0);
}
