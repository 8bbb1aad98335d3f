/** What is said of the samples of one measurement. Every figure has the unit of the samples, unless it says otherwise. */
import { ascending, medianOf, quantileOf } from "./quantile.ts";
import { studentQuantile } from "./student.ts";

export interface Summary {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly median: number;
  readonly p75: number;
  readonly p99: number;
  /** Median of the distances from the median, without a factor. */
  readonly mad: number;
  /** How many samples lie far outside. */
  readonly outliers: number;
  /** Half of the 95 % confidence interval of the mean, as a share of the mean; null for a single sample or a mean of 0. */
  readonly relativeMargin: number | null;
}

/** @throws RangeError where there are no samples, or one is no finite number */
export function summarize(samples: readonly number[]): Summary {
  if (samples.length === 0) throw new RangeError("There are no samples.");
  if (!samples.every(Number.isFinite)) throw new RangeError("A sample is no finite number.");
  const sorted = ascending(samples);
  const at = (share: number): number => quantileOf(sorted, share);
  const [mean, median] = [meanOf(samples), at(0.5)];
  return {
    count: samples.length,
    min: at(0),
    max: at(1),
    mean,
    median,
    p75: at(0.75),
    p99: at(0.99),
    mad: medianOf(samples.map((each) => Math.abs(each - median))),
    outliers: outliersOf(samples).length,
    relativeMargin: marginOf(samples, mean),
  };
}

/** Twice: the second time over what rounding has left. */
export function meanOf(samples: readonly number[]): number {
  const first = sumOf(samples) / samples.length;
  return first + sumOf(samples.map((each) => each - first)) / samples.length;
}

export const standardDeviation = (samples: readonly number[], mean = meanOf(samples)): number =>
  Math.sqrt(sumOf(samples.map((each) => (each - mean) ** 2)) / (samples.length - 1));

const sumOf = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0);

function marginOf(samples: readonly number[], mean: number): number | null {
  if (samples.length < 2 || mean === 0) return null;
  const error = standardDeviation(samples, mean) / Math.sqrt(samples.length);
  return (studentQuantile(samples.length - 1) * error) / Math.abs(mean);
}

/** Of a normal distribution: its standard deviation by its MAD, and by its mean absolute deviation. */
const [BY_MAD, BY_MEAN] = [0.6745, 0.7979];
const FAR = 3.5;

/**
 * Samples whose modified z-score is over 3.5: Iglewicz and Hoaglin, "How to Detect and Handle Outliers" (1993). Where half of
 * the samples are the same, the mean distance from the median stands for the MAD.
 */
export function outliersOf(samples: readonly number[]): readonly number[] {
  const median = medianOf(samples);
  const distances = samples.map((each) => Math.abs(each - median));
  const mad = medianOf(distances);
  const [factor, scale] = mad > 0 ? [BY_MAD, mad] : [BY_MEAN, meanOf(distances)];
  return samples.filter((_, i) => factor * (distances[i] ?? 0) > FAR * scale);
}
