/** The documented JSON of `report`, strictly. */
import * as v from "valibot";

const limitName = v.picklist(["concurrency", "cpu", "memory", "timeout"]);
const ruleName = v.picklist([...limitName.options, "leak", "restarts", "leftover", "manual", "request"]);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const text = v.nullable(v.string());
const number = v.nullable(v.number());

const watched = {
  watchedMs: count,
  peakJobs: v.nullable(count),
  peakMemoryBytes: number,
  meanCpuPercent: number,
  maxCpuPercent: number,
  monitorStarts: count,
  breakerOpenings: count,
};

const totals = v.strictObject({
  ...watched,
  jobs: count,
  stops: count,
  stopsByRule: v.record(ruleName, count),
  stopsByKind: v.strictObject({ runaways: count, number: count, byHand: count }),
  targets: count,
  survivors: count,
  unknown: count,
  observed: count,
});

const about = { rule: ruleName, project: text, command: v.string(), lastMs: count, evidence: v.string() };

const offender = v.strictObject({
  name: text,
  stops: count,
  episodes: count,
  cpuMs: v.number(),
  peakMemoryBytes: number,
});

const suggestion = v.variant("kind", [
  v.strictObject({
    kind: v.literal("key"),
    key: v.picklist([
      "maxConcurrentProcesses",
      "maxCpuUsagePercent",
      "maxMemoryUsageMB",
      "processTimeoutMs",
      "cpuHoldMs",
    ]),
    value: v.number(),
  }),
  v.strictObject({
    kind: v.literal("rule"),
    rule: v.strictObject({
      name: v.string(),
      match: v.strictObject({ command: v.string(), cwd: v.exactOptional(v.string()) }),
      maxMemoryUsageMB: v.exactOptional(v.number()),
      processTimeoutMs: v.exactOptional(v.number()),
    }),
  }),
]);

export const report = v.strictObject({
  schemaVersion: v.literal(1),
  at: v.pipe(v.string(), v.isoTimestamp()),
  fromMs: v.number(),
  toMs: v.number(),
  project: text,
  historyBeganMs: number,
  mode: v.picklist(["enforce", "observe"]),
  limits: v.strictObject({
    concurrency: number,
    cpuPercent: number,
    memoryBytes: number,
    timeoutMs: number,
  }),
  totals,
  before: v.nullable(totals),
  stopped: v.array(v.strictObject({ ...about, stops: count, survivors: count })),
  observed: v.array(v.strictObject({ ...about, episodes: count })),
  survivors: v.array(
    v.strictObject({
      atMs: count,
      rule: ruleName,
      pid: count,
      command: v.string(),
      project: text,
      survivors: v.nullable(count),
    }),
  ),
  offenders: v.strictObject({ projects: v.array(offender), commands: v.array(offender) }),
  days: v.array(
    v.strictObject({
      ...watched,
      date: v.pipe(v.string(), v.isoDate()),
      fromMs: v.number(),
      toMs: v.number(),
      stops: count,
    }),
  ),
  advice: v.array(
    v.strictObject({
      limit: limitName,
      finding: v.picklist(["too-tight", "too-loose", "fine", "not-enough-data", "off"]),
      command: text,
      project: text,
      current: number,
      suggestion: v.nullable(suggestion),
      evidence: v.string(),
      numbers: v.record(v.string(), v.number()),
    }),
  ),
});
