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
  ...RUNTIME_ANSWERS,
  /** A stream: `text/event-stream`. */
  Events: v.pipe(text, v.metadata({ contentType: "text/event-stream" })),
  /** The format that was asked for is described where it is written: metrics/text.ts. */
  Metrics: v.pipe(text, v.metadata({ contentType: "text/plain" })),
  /** Another schema says what is in it: that of OpenAPI 3.1. */
  OpenApi: v.looseObject({ openapi: text, paths: v.record(v.string(), v.unknown()) }),
} as const satisfies Readonly<Record<string, v.GenericSchema>>;

export type AnswerName = keyof typeof ANSWERS;
