/** The documented JSON of `status`, `cleanup` and `stop` (wire/documents), strictly: a key more or less, or of another type, is an error. */
import * as v from "valibot";

const LIMITS = ["concurrency", "cpu", "memory", "timeout"] as const;
const limitName = v.picklist(LIMITS);
const ruleName = v.picklist([...LIMITS, "leak", "restarts", "leftover"]);
const isoTime = v.pipe(v.string(), v.isoTimestamp());
const pid = v.pipe(v.number(), v.integer(), v.minValue(1));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const verdict = v.strictObject({
  rule: ruleName,
  limit: v.number(),
  // null: not known yet, or unreadable
  value: v.nullable(v.number()),
  heldMs: v.number(),
  holdMs: v.number(),
  decision: v.picklist(["ok", "suspect", "runaway"]),
  evidence: v.string(),
});

const process = v.strictObject({
  id: v.string(),
  pid,
  startTimeMs: v.number(),
  ppid: v.number(),
  user: v.nullable(v.string()),
  command: v.string(),
  cwd: v.nullable(v.string()),
  kind: v.string(),
  job: v.string(),
  state: v.string(),
  ageMs: v.number(),
  cpuPercent: v.nullable(v.number()),
  memoryBytes: v.nullable(v.number()),
  rssBytes: v.number(),
  protected: v.nullable(v.string()),
  exempt: v.array(limitName),
  verdicts: v.array(verdict),
});

const mode = v.picklist(["enforce", "observe"]);
const limits = v.strictObject({
  concurrency: v.nullable(v.number()),
  cpuPercent: v.nullable(v.number()),
  memoryBytes: v.nullable(v.number()),
  timeoutMs: v.nullable(v.number()),
});

const exemption = v.strictObject({
  limit: limitName,
  rule: v.string(),
  evidence: v.exactOptional(v.string()),
});

export const statusShape = v.strictObject({
  schemaVersion: v.literal(1),
  at: isoTime,
  scope: v.picklist(["nearest", "user", "project", "machine"]),
  mode,
  project: v.string(),
  config: v.nullable(v.string()),
  monitor: v.nullable(pid),
  limits,
  projects: v.array(v.strictObject({ root: v.string(), config: v.nullable(v.string()), mode, limits })),
  elsewhere: v.nullable(v.strictObject({ mode, limits, cpuHoldMs: count })),
  totals: v.strictObject({
    processes: count,
    jobs: count,
    memoryBytes: v.nullable(v.number()),
    cpuPercent: v.number(),
  }),
  jobs: v.array(
    v.strictObject({
      id: v.string(),
      project: v.nullable(v.string()),
      governed: v.boolean(),
      root: pid,
      pids: v.array(pid),
      orphanOf: v.nullable(v.strictObject({ pid: v.nullable(pid), command: v.nullable(v.string()) })),
      owner: v.nullable(
        v.strictObject({ kind: v.literal("gate"), pid, name: v.nullable(v.string()), jobId: v.string() }),
      ),
      exempt: v.array(exemption),
      told: v.array(exemption),
    }),
  ),
  processes: v.array(process),
});

const signal = v.picklist(["SIGTERM", "SIGKILL", "SIGSTOP", "SIGCONT"]);

const steps = <Rule extends v.GenericSchema>(rule: Rule) =>
  v.array(
    v.strictObject({
      pid,
      startTimeMs: v.number(),
      command: v.string(),
      rule,
      evidence: v.string(),
      signal,
      targets: v.array(pid),
    }),
  );

const endings = <Rule extends v.GenericSchema>(rule: Rule) => ({
  outcomes: v.array(
    // an outcome brings what belongs to it: the zombie's parent, who started it again
    v.looseObject({
      pid,
      startTimeMs: v.number(),
      command: v.string(),
      rule,
      outcome: v.string(),
      signals: v.array(signal),
      tookMs: v.number(),
    }),
  ),
  left: v.array(v.strictObject({ pid, command: v.string() })),
  survivors: count,
});

export const cleanupShape = v.strictObject({
  schemaVersion: v.literal(1),
  at: isoTime,
  mode: v.picklist(["enforce", "observe", "dry-run"]),
  monitor: v.nullable(pid),
  plan: steps(ruleName),
  unjudged: v.array(v.strictObject({ pid, startTimeMs: v.number(), rule: ruleName, evidence: v.string() })),
  heldBack: v.array(v.strictObject({ pid, startTimeMs: v.number(), rule: ruleName, because: v.string() })),
  elsewhere: v.optional(v.strictObject({ jobs: count, memoryBytes: v.number() })),
  ...endings(ruleName),
});

const manual = v.literal("manual");

export const stopShape = v.strictObject({
  schemaVersion: v.literal(1),
  at: isoTime,
  dryRun: v.boolean(),
  monitor: v.nullable(pid),
  plan: steps(manual),
  refused: v.array(v.strictObject({ pid, command: v.nullable(v.string()), because: v.string() })),
  ...endings(manual),
});
