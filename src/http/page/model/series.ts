/** What was measured while the page was open, for lines and sparklines. Pure but for what it keeps. */
import { medianOf } from "../../../core/statistics/quantile.ts";
import type { StatusDocument } from "./documents.ts";

/** Half an hour of a look each second. */
const MOST_POINTS = 1_800;
/** As many as a sparkline shows. */
const SPARK_POINTS = 40;

interface Series {
  /** Unix epoch seconds, as uPlot wants them. */
  readonly at: number[];
  readonly cpu: (number | null)[];
  readonly memory: (number | null)[];
}

const emptySeries = (): Series => ({ at: [], cpu: [], memory: [] });

export class Measurements {
  readonly total = emptySeries();
  #byId = new Map<string, Series>();

  of(id: string): Series {
    return this.#byId.get(id) ?? emptySeries();
  }

  /** Whoever has ended is forgotten. The same look twice counts once. */
  look({ at, totals, processes }: StatusDocument): void {
    const second = Date.parse(at) / 1_000;
    if (second <= (this.total.at.at(-1) ?? 0)) return;
    push(this.total, second, totals.cpuPercent, totals.memoryBytes);
    const next = new Map<string, Series>();
    for (const { id, cpuPercent, memoryBytes } of processes) {
      const series = this.#byId.get(id) ?? emptySeries();
      push(series, second, cpuPercent, memoryBytes);
      next.set(id, series);
    }
    this.#byId = next;
  }
}

function push(
  { at, cpu, memory }: Series,
  second: number,
  percent: number | null,
  bytes: number | null,
): void {
  at.push(second);
  cpu.push(percent);
  memory.push(bytes);
  if (at.length > MOST_POINTS) for (const each of [at, cpu, memory]) each.shift();
}

export interface Earlier {
  readonly atMs: number;
  readonly cpuPercent: number | null;
  readonly memoryBytes: number | null;
}

/** A step of this many usual ones, and of two minutes at least: nobody looked then, and no line says what was. */
const [MOST_STEPS, LEAST_GAP_MS] = [4, 120_000];

function gapMs(earlier: readonly Earlier[]): number {
  const steps = earlier.slice(1).map(({ atMs }, index) => atMs - (earlier[index]?.atMs ?? atMs));
  return steps.length === 0 ? LEAST_GAP_MS : Math.max(MOST_STEPS * medianOf(steps), LEAST_GAP_MS);
}

/** What was measured here, after what others remember from before. Where nobody looked, there is a point without a value. */
export function continued(earlier: readonly Earlier[], own: Series): Series {
  const ownMs = (own.at[0] ?? Infinity) * 1_000;
  const before = earlier.filter(({ atMs }) => atMs < ownMs);
  const longestMs = gapMs(before);
  const known = before.flatMap((point, index) => {
    const nextMs = before[index + 1]?.atMs ?? (Number.isFinite(ownMs) ? ownMs : point.atMs);
    const nobody = { atMs: (point.atMs + nextMs) / 2, cpuPercent: null, memoryBytes: null };
    return nextMs - point.atMs > longestMs ? [point, nobody] : [point];
  });
  return {
    at: [...known.map(({ atMs }) => atMs / 1_000), ...own.at],
    cpu: [...known.map(({ cpuPercent }) => cpuPercent), ...own.cpu],
    memory: [...known.map(({ memoryBytes }) => memoryBytes), ...own.memory],
  };
}

/** The points of a line in a box of `width` by `height`: one whole core is the full height, and more makes the rest lower. */
export function sparkPoints(values: readonly (number | null)[], width: number, height: number): string {
  const shown = values.slice(-SPARK_POINTS);
  const highest = Math.max(100, ...shown.map((value) => value ?? 0));
  const step = width / (SPARK_POINTS - 1);
  const first = SPARK_POINTS - shown.length;
  return shown
    .flatMap((value, at) =>
      value === null
        ? []
        : [
            `${((first + at) * step).toFixed(1)},${(height - 1 - (value / highest) * (height - 2)).toFixed(1)}`,
          ],
    )
    .join(" ");
}
