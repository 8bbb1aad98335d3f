/** Medians: the machine is shared, and one disturbed run must not move the result. */

const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);

/** NaN of nothing. */
export function median(values: readonly number[]): number {
  const ordered = sorted(values);
  const middle = ordered.length >> 1;
  const [low, high] = [ordered[(ordered.length - 1) >> 1] ?? NaN, ordered[middle] ?? NaN];
  return (low + high) / 2;
}

/** "1.2 (1.1–1.9)": the median, and the extremes where there is more than one value. */
export function withRange(values: readonly number[], unit: (n: number) => string): string {
  const ordered = sorted(values);
  const [least, most] = [ordered[0] ?? NaN, ordered.at(-1) ?? NaN];
  return ordered.length < 2 ? unit(least) : `${unit(median(values))} (${unit(least)}–${unit(most)})`;
}
