/** How samples lie between the least one and the 99th percentile, as one line of bars. */
import { histogram } from "../../core/statistics/histogram.ts";

const BARS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** A blank where there is no sample: the lowest bar is one sample or more. */
export function histogramLine(samples: readonly number[], width: number): string {
  const bins = histogram(samples, width);
  const most = Math.max(...bins.map(({ count }) => count));
  return bins
    .map(({ count }) => (count === 0 ? " " : BARS[Math.ceil((count / most) * BARS.length) - 1]))
    .join("");
}
