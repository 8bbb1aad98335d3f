/** Builders for what a report is made from. */
import type {
  Crowding,
  Evidence,
  ReportFacts,
  Need,
  Pressed,
  Totals,
} from "../../src/history/report/period.ts";
import { GB, MB } from "./build.ts";

export const MINUTE = 60_000;
export const DAY = 86_400_000;

/** `n` numbers from `least` to `most`, evenly spread, ascending. */
export const spread = (n: number, least: number, most: number): readonly number[] =>
  Array.from({ length: n }, (_, at) => least + ((most - least) * at) / Math.max(1, n - 1));

export const aPressed = (changes: Partial<Pressed> = {}): Pressed => ({
  project: "/srv/shop",
  command: "bun test src/checkout.test.ts",
  limit: 5 * MINUTE,
  stops: 4,
  otherwiseBad: 0,
  samples: spread(20, 2 * MINUTE, 4.9 * MINUTE),
  ...changes,
});

export const aNeed = (changes: Partial<Need> = {}): Need => ({
  count: 200,
  highest: 2 * MINUTE,
  command: "bun run build",
  ...changes,
});

export const aCrowding = (changes: Partial<Crowding> = {}): Crowding => ({
  watchedMs: 7 * DAY,
  jobs: 400,
  atLimitMs: DAY,
  overLimitMs: 0,
  stops: 0,
  healthyStops: 0,
  mostAtStop: null,
  peakCounted: 3,
  peakMemoryBytes: 3 * GB,
  peakJobs: 6,
  ...changes,
});

export const someTotals = (changes: Partial<Totals> = {}): Totals => ({
  watchedMs: 7 * DAY,
  jobs: 400,
  stops: 0,
  stopsByRule: {},
  targets: 0,
  survivors: 0,
  unknown: 0,
  observed: 0,
  peakJobs: 6,
  peakMemoryBytes: 3 * GB,
  meanCpuPercent: 40,
  maxCpuPercent: 310,
  monitorStarts: 1,
  breakerOpenings: 0,
  ...changes,
});

const someEvidence: Evidence = {
  timeout: { pressed: [], need: aNeed() },
  memory: { pressed: [], need: aNeed({ highest: 700 * MB }), leastAvailableBytes: 8 * GB },
  cpu: { pressed: [], need: aNeed({ highest: 60 }) },
  concurrency: aCrowding(),
};

/** A week in which all was well. */
export const someFacts = (
  changes: Partial<ReportFacts> = {},
  evidence: Partial<Evidence> = {},
): ReportFacts => ({
  fromMs: 0,
  toMs: 7 * DAY,
  project: null,
  historyBeganMs: 0,
  totals: someTotals(),
  before: null,
  stopped: [],
  observed: [],
  survivors: [],
  offenders: { projects: [], commands: [] },
  days: [],
  evidence: { ...someEvidence, ...evidence },
  ...changes,
});
