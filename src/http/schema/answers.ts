/**
 * What each route answers with, by name. The server never loads this: the OpenAPI document is made from it, and a test
 * holds every answer against it.
 */
import * as v from "valibot";

const whole = v.pipe(v.number(), v.integer());
const text = v.string();
const time = v.pipe(v.string(), v.isoTimestamp());
const maybe = <Schema extends v.GenericSchema>(schema: Schema) => v.nullable(schema);
/** Its keys are described where the document is made: wire/documents. */
const some = v.record(v.string(), v.unknown());

const health = v.strictObject({
  status: v.picklist(["ok", "no-monitor", "silent-monitor"]),
  version: text,
  pid: whole,
  uptimeMs: v.number(),
  monitor: maybe(v.strictObject({ pid: whole, mode: text, scope: text, sinceMs: v.number() })),
});

const processes = v.strictObject({
  schemaVersion: v.literal(1),
  at: time,
  scope: text,
  mode: text,
  project: text,
  config: maybe(text),
  monitor: maybe(whole),
  limits: some,
  projects: v.array(some),
  elsewhere: maybe(some),
  totals: v.strictObject({
    processes: whole,
    jobs: whole,
    memoryBytes: maybe(v.number()),
    cpuPercent: maybe(v.number()),
  }),
  jobs: v.array(some),
  processes: v.array(v.looseObject({ id: text, pid: whole, command: text, verdicts: v.array(some) })),
});

export const ANSWERS = {
  Health: health,
  Processes: processes,
  /** A stream: `text/event-stream`. */
  Events: v.pipe(text, v.metadata({ contentType: "text/event-stream" })),
  /** The format that was asked for is described where it is written: metrics/text.ts. */
  Metrics: v.pipe(text, v.metadata({ contentType: "text/plain" })),
  /** Another schema says what is in it: that of OpenAPI 3.1. */
  OpenApi: v.looseObject({ openapi: text, paths: some }),
} as const satisfies Readonly<Record<string, v.GenericSchema>>;

export type AnswerName = keyof typeof ANSWERS;
