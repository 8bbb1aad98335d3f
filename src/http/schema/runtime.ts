/** Answers about runtimes: the server's own, and those of programs that have registered themselves. */
import * as v from "valibot";

const whole = v.pipe(v.number(), v.integer());
const text = v.string();
const time = v.pipe(text, v.isoTimestamp());
const maybe = <Schema extends v.GenericSchema>(schema: Schema) => v.nullable(schema);

const gcStats = v.strictObject({
  collections: whole,
  duration: v.number(),
  beforeGC: maybe(v.number()),
  afterGC: maybe(v.number()),
  memoryFreed: v.number(),
  forced: v.boolean(),
});

const processMetrics = v.strictObject({
  timestamp: time,
  pid: whole,
  memory: v.strictObject({
    heapUsed: v.number(),
    heapTotal: v.number(),
    external: v.number(),
    rss: v.number(),
  }),
  cpu: v.strictObject({ userMs: v.number(), systemMs: v.number() }),
  uptime: v.number(),
  gcStats,
});

const systemInfo = v.strictObject({
  platform: text,
  arch: text,
  release: text,
  versions: v.strictObject({ bun: text, node: text, webkit: maybe(text) }),
  processors: whole,
  memory: v.strictObject({
    totalBytes: v.number(),
    availableBytes: v.number(),
    limitBytes: maybe(v.number()),
  }),
});

const eventLoop = v.strictObject({ meanMs: v.number(), maxMs: v.number() });

const programs = v.strictObject({
  schemaVersion: v.literal(1),
  at: time,
  programs: v.array(
    v.strictObject({
      id: text,
      pid: whole,
      name: text,
      mayCollect: v.boolean(),
      readings: v.array(v.strictObject({ ...processMetrics.entries, eventLoop })),
      collections: v.array(v.strictObject({ ...gcStats.entries, at: time })),
    }),
  ),
});

const bufferTimings = v.strictObject({
  schemaVersion: v.literal(1),
  at: time,
  timings: v.array(
    v.strictObject({
      kind: text,
      bytes: whole,
      memory: v.picklist(["fresh", "reused"]),
      filled: v.boolean(),
      timeUs: v.looseObject({ median: v.number(), min: v.number(), max: v.number() }),
    }),
  ),
});

const libraryCalls = v.strictObject({
  schemaVersion: v.literal(1),
  at: time,
  calls: v.array(
    v.strictObject({
      library: v.picklist(["libc", "libm"]),
      call: text,
      result: v.number(),
      expected: v.number(),
      nativeNs: v.number(),
      javascriptNs: v.number(),
    }),
  ),
});

export const RUNTIME_ANSWERS = {
  ProcessMetrics: processMetrics,
  SystemInfo: systemInfo,
  GCStats: gcStats,
  Programs: programs,
  BufferTimings: bufferTimings,
  LibraryCalls: libraryCalls,
} as const;
