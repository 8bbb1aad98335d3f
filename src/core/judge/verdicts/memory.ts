/** How much memory one process may use: what no file backs, so that a mapped file does not count (L16). */
import { atOnce, type Verdict } from "../verdict.ts";
import { bytes, duration } from "../../../text/wording.ts";
import type { Subject } from "./subject.ts";
import type { MemoryPoint } from "../history.ts";
import { trendOf } from "../memory-growth.ts";

/** At this multiple of its limit a process gets no grace: it could take the machine down within it. */
export const IMMEDIATE_AT = 2;

export function memoryVerdict({ process, limits }: Subject): Verdict | null {
  const limit = limits.limits.memoryBytes;
  if (limit === null) return null;
  const { memoryBytes, pssBytes } = process;
  if (memoryBytes === null)
    return atOnce({ rule: "memory", limit, value: null, evidence: "its memory cannot be read" }, "ok");
  // Workers share pages with their parent: each would be charged for all of them.
  const shared = typeof pssBytes === "number" && pssBytes < memoryBytes;
  const value = shared ? pssBytes : memoryBytes;
  const how = shared ? ", common pages shared out" : "";
  const evidence = `uses ${bytes(value)} of memory${how} (limit ${bytes(limit)})`;
  return atOnce({ rule: "memory", limit, value, evidence }, value > limit ? "runaway" : "ok");
}

const LONG_ENOUGH_MS = 120_000;
/** A heap that fills between two collections goes up and down: a line explains little of it. */
const STRAIGHT_ENOUGH = 0.9;
const GROWN_AT_LEAST = 32 * 1_024 ** 2;
const WITHIN_MS = 3_600_000;

/** A warning: memory that grows in a straight line towards its limit. It kills nothing; the limit does. */
export function leakVerdict({ process, known, limits }: Subject): Verdict | null {
  const limit = limits.limits.memoryBytes;
  const value = process.memoryBytes;
  if (known === null || limit === null || value === null || value > limit) return null;
  if (!hasGrown(known.memory.points)) return null;
  const trend = trendOf(known.memory.points);
  if (trend === null || trend.straightness < STRAIGHT_ENOUGH) return null;
  const leftMs = ((limit - value) / trend.bytesPerS) * 1_000;
  if (leftMs > WITHIN_MS) return null;
  return {
    rule: "leak",
    limit,
    value,
    heldMs: trend.tookMs,
    holdMs: LONG_ENOUGH_MS,
    decision: "suspect",
    evidence:
      `has grown by ${bytes(trend.grownBytes)} in ${duration(trend.tookMs)}, steadily; ` +
      `at this rate it reaches its limit of ${bytes(limit)} in ${duration(leftMs)}`,
  };
}

/** Asked first: it is cheap, and true of few. */
function hasGrown(points: readonly MemoryPoint[]): boolean {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return false;
  return last.atMs - first.atMs >= LONG_ENOUGH_MS && last.bytes - first.bytes >= GROWN_AT_LEAST;
}
