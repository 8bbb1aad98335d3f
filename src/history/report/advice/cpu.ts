/**
 * Whether the CPU limit tells endless loops from long silent computing. From outside the two differ in one thing: one of
 * them ends. So what was over the limit and ended by itself says how long the hold has to be.
 */
import { printable } from "../../../text/mask.ts";
import { cores, count, duration, whole } from "../../../text/wording.ts";
import type { Evidence, Pressed, Advice } from "../period.ts";
import type { Policy } from "../../../core/judge/policy.ts";
import { by, ENOUGH, generalAdvice, LONG_ENOUGH_MS, quantile, roundDurationMs } from "./general.ts";
import { FEWEST_SAMPLES } from "./tight.ts";

const REPEATEDLY = 2;
/** Of the hold. */
const NEAR = 0.8;
const MORE_ROOM = 1.5;
/** A loop that burns a core for longer than this is what the product is there to end. */
const LONGEST_HOLD_MS = 600_000;
/** An endless loop on one thread uses all of one core and no more. */
const ONE_CORE_PERCENT = 100;
const ROOM_PERCENT = 1.5;
/** Leaves room below one core for what else its thread waits for. */
const HIGHEST_USEFUL_PERCENT = 90;
const LOWEST_PERCENT = 80;

export function adviseCpu(
  { limits, cpuHoldMs }: Pick<Policy, "limits" | "cpuHoldMs">,
  { pressed, need }: Evidence["cpu"],
  watchedMs: number,
): Advice {
  const limit = limits.cpuPercent;
  const holds = pressed.flatMap(({ samples }) => samples).toSorted((a, b) => a - b);
  const stops = pressed.reduce((sum, each) => sum + each.stops, 0);
  const longestMs = holds.at(-1) ?? null;
  const numbers = {
    stops,
    endedByThemselves: holds.length,
    cpuHoldMs,
    ...(longestMs === null ? {} : { longestHoldMs: longestMs }),
    ...(need.highest === null ? {} : { highestMeanPercent: need.highest }),
    count: need.count,
  };
  const advice = generalAdvice({ limit: "cpu", current: limit, numbers }, "maxCpuUsagePercent");
  const busiest =
    need.highest === null
      ? "nothing has run for as long as the hold"
      : `the busiest of ${whole(need.count)} that ended by themselves used ${cores(need.highest)} over its life${by(need)}`;
  if (limit === null) return advice("off", busiest);
  const computing = pressed.find((each) => isComputing(each, cpuHoldMs));
  if (computing !== undefined) return holdTooShort(computing, cpuHoldMs, numbers);
  if (need.count < ENOUGH || need.highest === null || watchedMs < LONG_ENOUGH_MS)
    return advice("not-enough-data", `${busiest}; it takes ${ENOUGH} and three days to judge`);
  const value = Math.max(LOWEST_PERCENT, Math.ceil((need.highest * ROOM_PERCENT) / 10) * 10);
  if (limit >= ONE_CORE_PERCENT && value <= HIGHEST_USEFUL_PERCENT) {
    const loop = `an endless loop uses 100 % of a core and stays below the limit of ${whole(limit)} %`;
    return advice("too-loose", `${loop}; ${busiest}`, value);
  }
  const over =
    longestMs === null
      ? "nothing that ended by itself was over it without progress"
      : `what was over it and ended by itself was so for at most ${duration(longestMs)} (hold ${duration(cpuHoldMs)})`;
  return advice("fine", `${count(stops, "stop")}; ${over}`);
}

/** Stopped repeatedly, while most of its runs end by themselves after computing for nearly as long as the hold. */
const isComputing = ({ stops, samples }: Pressed, cpuHoldMs: number): boolean =>
  stops >= REPEATEDLY &&
  samples.length >= FEWEST_SAMPLES &&
  (quantile(samples, 0.95) ?? 0) > NEAR * cpuHoldMs;

function holdTooShort(
  { command, stops, samples }: Pressed,
  cpuHoldMs: number,
  numbers: Advice["numbers"],
): Advice {
  const longestMs = samples.at(-1) ?? 0;
  const value = roundDurationMs(Math.max(cpuHoldMs, longestMs) * MORE_ROOM);
  const evidence =
    `${printable(command, 60)} was stopped ${count(stops, "time")}, and ${count(samples.length, "time")} it ended by itself after ` +
    `computing for up to ${duration(longestMs)} without a sign of life (hold ${duration(cpuHoldMs)})`;
  const advice = generalAdvice({ limit: "cpu", current: cpuHoldMs, numbers }, "cpuHoldMs");
  if (value <= LONGEST_HOLD_MS) return advice("too-tight", evidence, value);
  const tooLong = `a hold beyond ${duration(LONGEST_HOLD_MS)} would let every loop run that long`;
  return advice("too-tight", `${evidence}; ${tooLong}: make it report progress instead`);
}
