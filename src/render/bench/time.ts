/** Times of benchmarks, which are between nanoseconds and minutes. */

const UNITS = [
  [1_000, "s"],
  [1, "ms"],
  [1e-3, "µs"],
  [1e-6, "ns"],
] as const;

/** 0.00123 → "1.23 µs", 12.34 → "12.3 ms", 1234 → "1.23 s", 75_000 → "75.0 s": three digits. */
export function formatMs(ms: number): string {
  // what would be rounded to the next unit has that one
  const [size, unit] = UNITS.find(([each]) => ms >= each * 0.999_5) ?? UNITS[3];
  const value = ms / size;
  const digits = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`;
}

/** 1.234 → "1.23x". */
export const formatRatio = (ratio: number): string => `${ratio.toFixed(ratio >= 99.5 ? 0 : 2)}x`;

/** 0.0042 → "± 0.4 %". */
export const formatMargin = (margin: number | null): string =>
  margin === null ? "" : ` ± ${(margin * 100).toFixed(1)} %`;

export const formatP = (p: number): string => (p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(3)}`);
