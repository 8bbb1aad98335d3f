/** Whether as many jobs may run as people here need: who was stopped for it, and how often it was full. */
import { bytes, count } from "../../../text/wording.ts";
import type { Advice, Crowding, Evidence } from "../period.ts";
import { ENOUGH, generalAdvice, LONG_ENOUGH_MS } from "./general.ts";

/** Two may be one bad afternoon. */
const REPEATEDLY = 3;
/** The limit may go up to this multiple of itself at a time: more jobs also slow each other down. */
const STEP = 2;
/** Of the memory that could be had at the worst moment. */
const SHARE_OF_MEMORY = 0.5;
/** As many as ever ran, twice. */
const ROOM = 2;
const WORTH_IT = 0.5;
const FLOOR = 3;

type Memory = Pick<Evidence["memory"], "leastAvailableBytes">;

export function adviseConcurrency(limit: number | null, seen: Crowding, memory: Memory): Advice {
  const { stops, healthyStops, jobs, peakCounted, watchedMs } = seen;
  const full = watchedMs === 0 ? 0 : seen.atLimitMs / watchedMs;
  const peakOf = peakCounted === null ? {} : { peakCounted };
  const numbers = { stops, healthyStops, jobs, ...peakOf, fullShare: full };
  const advice = generalAdvice({ limit: "concurrency", current: limit, numbers }, "maxConcurrentProcesses");
  const peak =
    peakCounted === null ? "nobody has looked yet" : `at most ${count(peakCounted, "job")} at once`;
  if (limit === null) return advice("off", peak);
  const often = `full ${percent(full)} of the time`;
  const healthy = `${stops} stopped for it, ${healthyStops} of them only for being the youngest`;
  if (healthyStops >= REPEATEDLY && healthyStops * 2 >= stops)
    return advice("too-tight", ...tooTight(limit, seen, memory, `${healthy}; ${often}`));
  if (peakCounted === null || jobs < ENOUGH || watchedMs < LONG_ENOUGH_MS) {
    const few = `it takes ${ENOUGH} and three days to judge`;
    return advice("not-enough-data", `${peak} (limit ${limit}) of ${count(jobs, "job")} in all; ${few}`);
  }
  if (stops === 0 && peakCounted > limit) {
    const over = `more than allowed ${percent(seen.overLimitMs / watchedMs)} of the time and never stopped for it`;
    const unknown = "whether all of them were needed cannot be told";
    return advice("not-enough-data", `${peak} (limit ${limit}), ${over}: ${unknown}`);
  }
  const value = Math.max(FLOOR, peakCounted * ROOM);
  if (stops === 0 && value <= limit * WORTH_IT)
    return advice("too-loose", `${peak} (limit ${limit}), of ${count(jobs, "job")} in all`, value);
  const none = `${peak} (limit ${limit}), none was stopped for it`;
  return advice("fine", stops === 0 ? none : `${healthy}; ${often}`);
}

/** As many as wanted to run, within a step, and within the memory that the additional ones can be expected to take; null = none. */
function tooTight(
  limit: number,
  { mostAtStop, peakMemoryBytes, peakJobs }: Crowding,
  { leastAvailableBytes }: Memory,
  why: string,
): [evidence: string, value: number | null] {
  const value = Math.min(Math.max(mostAtStop ?? 0, limit + 1), limit * STEP);
  const perJob = peakMemoryBytes === null || !peakJobs ? null : peakMemoryBytes / peakJobs;
  const more = perJob === null ? null : perJob * (value - limit);
  if (more === null || leastAvailableBytes === null)
    return [`${why}; what more of them would need is not known`, null];
  if (more <= leastAvailableBytes * SHARE_OF_MEMORY)
    return [`${why}; up to ${mostAtStop ?? limit + 1} wanted to run at once`, value];
  const needs = `${value} would need some ${bytes(more)} more`;
  return [`${why}; but ${needs} and there were only ${bytes(leastAvailableBytes)} to be had`, null];
}

const percent = (share: number): string =>
  share > 0 && share < 0.01 ? "less than 1 %" : `${Math.round(share * 100)} %`;
