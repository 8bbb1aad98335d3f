/** Quantiles of samples that are in ascending order. */

export const ascending = (samples: readonly number[]): readonly number[] => samples.toSorted((a, b) => a - b);

/**
 * Between two samples it lies on the line through them: type 7 of Hyndman and Fan, "Sample Quantiles in Statistical
 * Packages", The American Statistician 50 (1996), as R, NumPy and most others have it. NaN where there are no samples.
 */
export function quantileOf(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? NaN;
  return below + (above - below) * (at - Math.floor(at));
}

export const medianOf = (samples: readonly number[]): number => quantileOf(ascending(samples), 0.5);
