/** How fast a process's memory grows: over the last two samples for the next poll, over minutes for the leak warning. */
import type { MemoryMemory, MemoryPoint } from "./history.ts";
import type { ProcessSample } from "../process/process.ts";

const SHORTEST_WINDOW_MS = 200;
const POINT_EVERY_MS = 10_000;
/** Ten minutes. */
const MOST_POINTS = 60;
const PER_S = 1_000;

export function memoryGrowth(
  before: MemoryMemory | undefined,
  { memoryBytes, ageMs }: Pick<ProcessSample, "memoryBytes" | "ageMs">,
  nowMs: number,
): MemoryMemory {
  if (memoryBytes === null) return { last: null, bytesPerS: null, points: before?.points ?? [] };
  const now: MemoryPoint = { atMs: nowMs, bytes: memoryBytes };
  // first seen: it started with nothing
  if (before === undefined || before.last === null)
    return { last: now, bytesPerS: rate(memoryBytes, ageMs), points: [...(before?.points ?? []), now] };
  const tookMs = nowMs - before.last.atMs;
  if (tookMs < SHORTEST_WINDOW_MS) return before;
  const bytesPerS = rate(memoryBytes - before.last.bytes, tookMs);
  return { last: now, bytesPerS, points: withPoint(before.points, now) };
}

const rate = (bytes: number, tookMs: number): number => (bytes / Math.max(tookMs, 1)) * PER_S;

function withPoint(points: readonly MemoryPoint[], now: MemoryPoint): readonly MemoryPoint[] {
  const newest = points.at(-1);
  if (newest !== undefined && now.atMs - newest.atMs < POINT_EVERY_MS) return points;
  return [...points, now].slice(-MOST_POINTS);
}

interface Trend {
  readonly tookMs: number;
  readonly grownBytes: number;
  readonly bytesPerS: number;
  /** How much of the variation a straight line explains, 0 to 1 (coefficient of determination, R²). */
  readonly straightness: number;
}

/** Least squares through the points; null for fewer than three. */
export function trendOf(points: readonly MemoryPoint[]): Trend | null {
  const [first, last] = [points[0], points.at(-1)];
  if (points.length < 3 || first === undefined || last === undefined) return null;
  const mean = (of: (point: MemoryPoint) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [atMean, bytesMean] = [mean(({ atMs }) => atMs), mean(({ bytes }) => bytes)];
  const spread = mean(({ atMs }) => (atMs - atMean) ** 2);
  const variation = mean(({ bytes }) => (bytes - bytesMean) ** 2);
  const together = mean(({ atMs, bytes }) => (atMs - atMean) * (bytes - bytesMean));
  if (spread === 0) return null;
  return {
    tookMs: last.atMs - first.atMs,
    grownBytes: last.bytes - first.bytes,
    bytesPerS: (together / spread) * PER_S,
    straightness: variation === 0 ? 0 : together ** 2 / (spread * variation),
  };
}
