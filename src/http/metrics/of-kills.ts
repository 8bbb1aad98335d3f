/**
 * What the watchdog has done, ever: counted in the history, so that no restart and no retention makes a number smaller. Each series is
 * there from the beginning, with a zero: whoever asks for an increase would not see the first kill otherwise.
 */
import { LIMIT_NAMES } from "../../core/judge/policy.ts";
import type { EventBody } from "../../core/plan/event.ts";
import type { Outcome } from "../../core/plan/outcome.ts";
import type { StopRule } from "../../core/plan/cause.ts";
import type { Counts } from "../../history/store/counts.ts";
import type { Metric, Sample } from "./metric.ts";

/** A `leak` and a `restarts` are only told of. */
const RULES: readonly Exclude<StopRule, "leak" | "restarts">[] = [
  ...LIMIT_NAMES,
  "leftover",
  "manual",
  "request",
];

const OUTCOMES: Readonly<Record<Outcome["outcome"], true>> = {
  gone: true,
  zombie: true,
  respawned: true,
  "identity-changed": true,
  survived: true,
  uninterruptible: true,
  "not-permitted": true,
};

/** An intent and its outcome are a kill, and what serves the thaw says nothing else. */
const EVENTS: Readonly<Record<Exclude<EventBody["type"], "intent" | "outcome" | "freezing">, true>> = {
  started: true,
  stopped: true,
  suspect: true,
  "held-back": true,
  thawed: true,
  breaker: true,
  "config-changed": true,
  "config-rejected": true,
  maintenance: true,
  trouble: true,
};

const zeroes = (counts: Counts | undefined, keys: readonly string[]): readonly Sample[] =>
  counts === undefined ? [] : keys.map((key) => [counts[key] ?? 0, key.split(" ")]);

const ENDS = RULES.flatMap((rule) => Object.keys(OUTCOMES).map((outcome) => `${rule} ${outcome}`));

export const KILL_METRICS: readonly Metric[] = [
  {
    name: "history_readable",
    type: "gauge",
    unit: null,
    help: "1 if the history could be read; else the next three are missing. It is written 2 s after a kill, in a burst of kills once a minute.",
    labels: [],
    read: ({ counts }) => [[counts === null ? 0 : 1]],
  },
  {
    name: "kills",
    type: "counter",
    unit: null,
    help: "Kills by their rule: a person's are manual, those of a launch's owner request. A kill may be of several processes.",
    labels: ["rule"],
    read: ({ counts }) => zeroes(counts?.steps, RULES),
  },
  {
    name: "killed_processes",
    type: "counter",
    unit: null,
    help: "Processes that were to be killed, by what became of them: gone and zombie are dead, respawned is dead and somebody runs its program again.",
    labels: ["rule", "outcome"],
    read: ({ counts }) => zeroes(counts?.ends, ENDS),
  },
  {
    name: "events",
    type: "counter",
    unit: null,
    help: "Events of the journal that are no kills. The breaker has two for each time it opens.",
    labels: ["type"],
    read: ({ counts }) => zeroes(counts?.events, Object.keys(EVENTS)),
  },
];
