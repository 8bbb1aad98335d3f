/** A row of bars, one per value: enough to see a trend in a line of text. */

const BARS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;
/** Nobody looked: not the same as nothing. */
const UNKNOWN = "·";

/**
 * One character per value, from 0 to the highest. Only zero is the lowest bar, so that one of a hundred is still seen;
 * null is a dot. No value is negative.
 */
export function sparkline(values: readonly (number | null)[]): readonly string[] {
  const highest = Math.max(0, ...values.map((value) => value ?? 0));
  return values.map((value) => (value === null ? UNKNOWN : bar(value, highest)));
}

function bar(value: number, highest: number): string {
  if (value <= 0 || highest === 0) return BARS[0];
  const steps = BARS.length - 1;
  return BARS[Math.min(steps, Math.max(1, Math.round((value / highest) * steps)))] ?? BARS[0];
}
