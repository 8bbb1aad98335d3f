/** What a comparison has found, in words. */
import type { BenchComparison } from "../../core/bench/report.ts";
import { plural } from "../../text/style.ts";
import { formatP, formatRatio } from "./time.ts";

/** Nobody waits for more trials than that. */
const MOST_TRIALS = 200;

/** Why nothing can be told, and what would help; empty where something is told. */
export function helpFor({ verdict, needed, counts }: BenchComparison): string {
  if (verdict !== "cannot tell") return "";
  if (needed === null) return ": other programs may be the reason";
  const isFew = Math.min(...counts) < needed && needed <= MOST_TRIALS;
  return isFew ? `: that takes about ${plural(needed, "trial")}` : ": that takes a quieter machine";
}

/** "by CPU time, 1.08x to 1.12x, p < 0.001" */
export const certainty = ({ by, interval, p }: BenchComparison): string =>
  [
    ...(by === "CPU time" ? [`by ${by}`] : []),
    ...(interval === null ? [] : [interval.map(formatRatio).join(" to ")]),
    formatP(p),
  ].join(", ");
