/** CPU use between two looks of ours. The monitor's own numbers are as old as its last tick. */
import { SHORTEST_WINDOW_MS } from "../core/judge/cpu-rate.ts";
import { processKey } from "../core/process/process.ts";
import type { Report } from "../wire/reports.ts";

interface Meter {
  readonly atMs: number;
  readonly cpuMs: number;
  /** Percent of one core, oldest first; empty after the first look. */
  readonly percents: readonly number[];
}

export type Meters = ReadonlyMap<string, Meter>;

export const KEPT = 8;

export function measure(before: Meters, { judgement, atMs }: Report): Meters {
  const members = judgement.jobs.flatMap(({ job }) => job.members);
  return new Map(
    members.map(({ id, cpuMs }) => {
      const key = processKey(id);
      const known = before.get(key);
      if (known === undefined) return [key, { atMs, cpuMs, percents: [] }];
      const tookMs = atMs - known.atMs;
      // too soon, or the clock was set back
      if (tookMs < SHORTEST_WINDOW_MS) return [key, tookMs < 0 ? { ...known, atMs, cpuMs } : known];
      const percent = Math.max(0, ((cpuMs - known.cpuMs) / tookMs) * 100);
      return [key, { atMs, cpuMs, percents: [...known.percents, percent].slice(-KEPT) }];
    }),
  );
}

const BARS = "▁▂▃▄▅▆▇█";

/** One character per look, newest last, a whole core at full height. */
export const cpuSparkline = (percents: readonly number[]): string =>
  percents
    .map((percent) => BARS[Math.min(BARS.length - 1, Math.floor((percent / 100) * BARS.length))])
    .join("")
    .padStart(KEPT);

/** `share` of `width` characters, to an eighth: 0.55 of 10 → "█████▌░░░░". */
export function gauge(share: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  const part = " ▏▎▍▌▋▊▉"[eighths % 8] ?? "";
  const whole = "█".repeat(Math.floor(eighths / 8));
  return (whole + (eighths % 8 === 0 ? "" : part)).padEnd(width, "░");
}
