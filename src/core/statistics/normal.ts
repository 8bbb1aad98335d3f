/** The normal distribution. */

const COEFFICIENTS = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429] as const;

/**
 * The share that lies at least `z` from the middle, on both sides. Abramowitz and Stegun, "Handbook of Mathematical Functions"
 * (1964), 26.2.17, with an error below 1.5e-7.
 */
export function twoSidedNormal(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const series = COEFFICIENTS.reduceRight((sum, each) => (sum + each) * t, 0);
  return Math.min(1, 2 * (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series);
}
