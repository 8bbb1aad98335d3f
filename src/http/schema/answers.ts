/**
 * What each route answers with, by name. The server never loads this: the OpenAPI document is made from it, and a test
 * holds every answer against it.
 */
import * as v from "valibot";
import { cleanupShape, statusShape, stopShape } from "./documents.ts";
import { RUNTIME_ANSWERS } from "./runtime.ts";

const whole = v.pipe(v.number(), v.integer());
const text = v.string();
const maybe = <Schema extends v.GenericSchema>(schema: Schema) => v.nullable(schema);

const health = v.strictObject({
  status: v.picklist(["ok", "no-monitor", "silent-monitor"]),
  version: text,
  pid: whole,
  uptimeMs: v.number(),
  monitor: maybe(v.strictObject({ pid: whole, mode: text, scope: text, sinceMs: v.number() })),
});

const planId = v.pipe(
  maybe(text),
  v.description(
    "To be named by the request that carries this plan out; null: there is nothing to carry out.",
  ),
);

const apps = v.array(
  v.looseObject({
    spec: v.looseObject({ name: text, directory: text, argv: v.array(text) }),
    instances: v.array(v.looseObject({ id: whole, number: whole, state: text, restarts: whole })),
  }),
);

const runKind = v.picklist(["bench", "test"]);

export const ANSWERS = {
  Health: health,
  Processes: statusShape,
  Process: v.strictObject({
    schemaVersion: v.literal(1),
    at: text,
    id: text,
    process: maybe(statusShape.entries.processes.item),
    job: maybe(statusShape.entries.jobs.item),
    limits: statusShape.entries.limits,
    memory: v.pipe(
      v.array(v.strictObject({ atMs: v.number(), bytes: v.number() })),
      v.description("What the monitor remembers of it from the last ten minutes; oldest first."),
    ),
    history: v.strictObject({
      verdicts: v.array(
        v.looseObject({
          pid: whole,
          startMs: whole,
          rule: text,
          firstMs: whole,
          lastMs: whole,
          evidence: text,
        }),
      ),
      kills: v.array(v.looseObject({ pid: whole, atMs: whole, rule: text, evidence: text })),
      exit: maybe(v.looseObject({ pid: whole, startMs: whole, atMs: whole, endedBy: text })),
    }),
  }),
  Cleanup: v.strictObject({ ...cleanupShape.entries, planId }),
  Stop: v.strictObject({ ...stopShape.entries, planId }),
  History: v.looseObject({
    schemaVersion: v.literal(1),
    at: text,
    since: text,
    until: maybe(text),
    cut: v.array(text),
    kills: v.optional(v.array(v.looseObject({ pid: whole, atMs: whole, rule: text, evidence: text }))),
    events: v.optional(v.array(v.looseObject({ atMs: whole }))),
  }),
  PeriodReport: v.looseObject({
    schemaVersion: v.literal(1),
    at: text,
    totals: v.looseObject({ stopsByKind: v.record(text, v.number()) }),
    advice: v.array(v.unknown()),
  }),
  Config: v.strictObject({
    schemaVersion: v.literal(1),
    at: text,
    project: text,
    files: v.array(text),
    mode: text,
    problem: v.pipe(maybe(text), v.description("What is wrong with a file now: what held before is shown.")),
    warnings: v.array(text),
    rule: v.array(text),
    values: v.array(
      v.strictObject({
        key: text,
        value: v.unknown(),
        origin: v.strictObject({
          kind: v.picklist([
            "default",
            "no-file",
            "user-file",
            "project-file",
            "environment",
            "flag",
            "built-in",
          ]),
          where: text,
        }),
      }),
    ),
  }),
  Apps: v.looseObject({
    schemaVersion: v.literal(1),
    at: v.number(),
    manager: maybe(v.looseObject({ pid: whole, version: text, sinceMs: v.number() })),
    apps,
    failures: v.array(text),
  }),
  ManagerReply: v.looseObject({ schemaVersion: v.literal(1), apps, failures: v.array(text) }),
  /** A stream. */
  AppLog: v.pipe(text, v.metadata({ contentType: "text/event-stream" })),
  Benchmarks: v.strictObject({
    schemaVersion: v.literal(1),
    at: text,
    project: text,
    running: maybe(v.strictObject({ kind: runKind, file: text, at: text })),
    files: v.strictObject({ bench: v.array(text), test: v.array(text), isCut: v.boolean() }),
    tests: v.array(
      v.strictObject({
        file: text,
        tookMs: maybe(v.number()),
        flakyRuns: v.number(),
        lastFlakyMs: maybe(v.number()),
      }),
    ),
    runs: v.array(
      v.looseObject({
        kind: runKind,
        file: text,
        at: text,
        tookMs: v.number(),
        exitCode: whole,
        document: maybe(v.looseObject({ schemaVersion: v.number() })),
      }),
    ),
  }),
  /** A stream. */
  RunEvents: v.pipe(text, v.metadata({ contentType: "text/event-stream" })),
  ...RUNTIME_ANSWERS,
  /** A stream: `text/event-stream`. */
  Events: v.pipe(text, v.metadata({ contentType: "text/event-stream" })),
  /** The format that was asked for is described where it is written: metrics/text.ts. */
  Metrics: v.pipe(text, v.metadata({ contentType: "text/plain" })),
  /** Another schema says what is in it: that of OpenAPI 3.1. */
  OpenApi: v.looseObject({ openapi: text, paths: v.record(v.string(), v.unknown()) }),
} as const satisfies Readonly<Record<string, v.GenericSchema>>;

export type AnswerName = keyof typeof ANSWERS;
