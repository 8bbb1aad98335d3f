/**
 * The one source of what a configuration file may say: the types, the messages and the published JSON Schema
 * derive from it. Bounds are wide: they refuse what cannot be meant, not what is unusual.
 */
import * as v from "valibot";
import { LIMIT_KEYS, LIMIT_NAMES, type Match } from "../../core/judge/policy.ts";
import type { Kind } from "../../core/process/process.ts";
import { anyOfLeaf, oneOfLeaf, optional, pattern, percent, wholeLeaf, words, yesOrNo } from "./leaf.ts";
import { alerts, breaker, dashboard, gate, historySection, logging, maintenance } from "./sections.ts";

const DAY_MS = 86_400_000;

const limit = {
  maxConcurrentProcesses: wholeLeaf(1, 100_000, "jobs", "Bun jobs that may run at once; null = no limit."),
  maxCpuUsagePercent: percent(
    1,
    102_400,
    "CPU a process may use, in percent of one core, for as long as cpuHoldMs; null = no limit.",
  ),
  maxMemoryUsageMB: wholeLeaf(
    1,
    67_108_864,
    "MiB",
    "Memory a process may use (anonymous, shared and swapped), in MiB; null = no limit.",
  ),
  processTimeoutMs: wholeLeaf(100, 365 * DAY_MS, "milliseconds", "How long a job may run; null = no limit."),
} as const;

const off = <Schema extends v.GenericSchema>(schema: Schema) => v.nullable(schema);

const KINDS = [
  "run",
  "launcher",
  "test",
  "test-worker",
  "build",
  "watch",
  "hot",
  "bunx",
  "install",
  "repl",
  "compiled",
  "other",
] as const satisfies readonly Kind[];

const kinds = (description: string) =>
  v.pipe(
    v.array(oneOfLeaf(KINDS, "What a Bun process does, read from its arguments.")),
    v.nonEmpty("must name at least one kind"),
    v.description(description),
    v.metadata({ allowed: "a list of kinds" }),
  );

const match = v.pipe(
  anyOfLeaf({
    kind: kinds("Some member is of one of these kinds."),
    notKind: kinds(
      "Members of these kinds, and all below them, do not count; a job that is nothing else does not match.",
    ),
    command: pattern("Found in the command line of a member."),
    args: pattern("Found in a single argument of a member."),
    cwd: words(4_096, "A member works in this folder or below it; relative to the project, ~ is the home."),
    name: pattern("Found in the base name of a member's script or executable."),
    listening: yesOrNo("Some member listens (TCP, UDP, unix socket), or none does."),
    connected: yesOrNo("Some member holds an established connection to somebody outside the job."),
    watchesFiles: yesOrNo("Some member watches files (inotify)."),
    servesStdin: yesOrNo(
      "A living ancestor that is no shell and no runner holds the other end of its input; or --stdio.",
    ),
    inspected: yesOrNo("A debugger is attached, or was asked for (--inspect, BUN_INSPECT)."),
    terminal: yesOrNo("It has a terminal that is still there, in whose foreground or background it runs."),
    service: yesOrNo("It is part of a service unit."),
    foreground: yesOrNo("Some member is in the foreground of a terminal."),
    orphaned: yesOrNo("Whoever started it is gone (true), or not known to be (false)."),
    abandoned: yesOrNo("It is orphaned, and nobody holds the other end of its input."),
    parentAlive: yesOrNo("Whoever started it is still there."),
  } satisfies Record<keyof Match, v.GenericSchema>),
  v.minEntries(1, "must state at least one condition: an empty match would mean every job"),
  v.description("Which jobs are meant. Every condition given must hold; judged over the whole job."),
  v.metadata({ allowed: 'an object such as { "command": "my-server" }' }),
);

const name = words(100, "How messages and the log call it.");

const OVERRIDES = LIMIT_NAMES.map((each) => LIMIT_KEYS[each]);

const rule = v.pipe(
  v.strictObject({
    name,
    match,
    ...optional({
      maxConcurrentProcesses: v.pipe(
        v.null("must be null"),
        v.description("null: these jobs do not count towards the limit, nor are they stopped for it."),
        v.metadata({
          allowed: "null (these jobs do not count); the number itself is set once, outside the rules",
        }),
      ),
      maxCpuUsagePercent: off(limit.maxCpuUsagePercent),
      maxMemoryUsageMB: off(limit.maxMemoryUsageMB),
      processTimeoutMs: off(limit.processTimeoutMs),
      suspectOnly: v.pipe(
        v.array(oneOfLeaf(OVERRIDES, "A limit.")),
        v.nonEmpty("must name at least one limit"),
        v.description("Limits that these jobs are shown to be over, and never stopped for."),
        v.metadata({ allowed: "a list of limits' names" }),
      ),
    }),
  }),
  v.check(
    (input) => OVERRIDES.some((key) => key in input) || input.suspectOnly !== undefined,
    `changes nothing: give it one of ${OVERRIDES.join(", ")}, suspectOnly`,
  ),
  v.description(
    "Other limits for some jobs; null switches a limit off. The first rule that matches decides.",
  ),
  v.metadata({ allowed: 'an object such as { "name": "…", "match": { … }, "processTimeoutMs": null }' }),
);

const protection = v.pipe(
  v.union([
    pattern("Found in the command line of a member."),
    v.pipe(v.strictObject({ name, match }), v.description("A named protection.")),
  ]),
  v.metadata({ allowed: 'a regular expression over the command line, or { "name": "…", "match": { … } }' }),
);

/** More would make every tick slower than it may be, and no one can read it. */
const MAX_RULES = 200;

export const fileSchema = v.pipe(
  anyOfLeaf({
    $schema: v.pipe(v.string(), v.description("For editors; ignored."), v.metadata({ allowed: "a text" })),
    maxConcurrentProcesses: off(limit.maxConcurrentProcesses),
    maxCpuUsagePercent: off(limit.maxCpuUsagePercent),
    maxMemoryUsageMB: off(limit.maxMemoryUsageMB),
    processTimeoutMs: off(limit.processTimeoutMs),
    monitoringIntervalMs: wholeLeaf(50, DAY_MS, "milliseconds", "Between two looks of the monitor."),
    mode: oneOfLeaf(
      ["enforce", "observe"],
      "enforce stops runaways; observe only reports (the default without a file).",
    ),
    scope: oneOfLeaf(
      ["nearest", "user", "project", "machine"],
      "Whose jobs: nearest: this project's, and harm elsewhere; project: only this project's; user: all of this account under all limits; machine: everybody's (the last two: user-level file or --scope only).",
    ),
    killGraceMs: wholeLeaf(0, 600_000, "milliseconds", "Between SIGTERM and SIGKILL."),
    concurrencyMinAgeMs: wholeLeaf(
      0,
      DAY_MS,
      "milliseconds",
      "A younger job is never stopped for being one too many.",
    ),
    cpuHoldMs: wholeLeaf(
      100,
      DAY_MS,
      "milliseconds",
      "How long CPU use must stay over its limit, without progress.",
    ),
    armTicks: wholeLeaf(0, 1_000, "intervals", "Intervals of reprieve for jobs that ran before the monitor."),
    defaultRules: yesOrNo(
      "Spare servers, watchers, installs and a terminal's foreground job; false = the plain limits for all.",
    ),
    rules: v.pipe(
      v.array(rule),
      v.maxLength(MAX_RULES, `must have at most ${MAX_RULES} entries`),
      v.description("Other limits for some jobs; they come before the built-in rules."),
      v.metadata({ allowed: "a list of rules" }),
    ),
    protect: v.pipe(
      v.array(protection),
      v.maxLength(MAX_RULES, `must have at most ${MAX_RULES} entries`),
      v.description("Jobs that are never stopped."),
      v.metadata({ allowed: "a list of regular expressions, or of { name, match }" }),
    ),
    logging: logging,
    breaker: breaker,
    history: historySection,
    maintenance: maintenance,
    alerts: alerts,
    gate: gate,
    dashboard: dashboard,
    enforceCompiled: v.pipe(
      v.union([
        yesOrNo(
          'Programs made by `bun build --compile`: "orphans" stops those whose starter is gone and that spin.',
        ),
        oneOfLeaf(["orphans"], "Only orphans that spin without progress, for nothing but their CPU use."),
      ]),
      v.metadata({ allowed: 'true (user-level file or flag only), false or "orphans"' }),
    ),
    enforceNested: yesOrNo("Also stop processes inside containers (PID namespaces below this)."),
  }),
  v.title("bun-watchdog configuration"),
  v.metadata({ allowed: "an object" }),
);
