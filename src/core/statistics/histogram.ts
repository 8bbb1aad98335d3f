/** Samples counted in bins of equal width. */
import { ascending, quantileOf } from "./quantile.ts";

interface Bin {
  readonly from: number;
  /** The last bin has all that lies beyond, too. */
  readonly to: number;
  readonly count: number;
}

/** From the least sample to the 99th percentile: one sample far outside would press all others into one bin. */
export function histogram(samples: readonly number[], bins: number): readonly Bin[] {
  const sorted = ascending(samples);
  const [least, most] = [quantileOf(sorted, 0), quantileOf(sorted, 0.99)];
  if (sorted.length === 0) return [];
  if (most === least) return [{ from: least, to: quantileOf(sorted, 1), count: sorted.length }];
  const width = (most - least) / bins;
  const counts = Array.from({ length: bins }, () => 0);
  for (const each of sorted) {
    const at = Math.min(bins - 1, Math.floor((each - least) / width));
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts.map((count, i) => ({
    from: least + i * width,
    to: i === bins - 1 ? quantileOf(sorted, 1) : least + (i + 1) * width,
    count,
  }));
}
