/** What the other routes answer about the machine of world.ts. */
import type { AppsDocument, InstanceDocument } from "../../../src/wire/manager.ts";
import type { ProgramsDocument } from "../../../src/wire/documents/programs.ts";
import type { BufferTiming } from "../../../src/runtime/index.ts";
import type { Earlier } from "../../../src/http/page/model/series.ts";
import type { MemoryPoint } from "../../../src/core/judge/history.ts";
import type { ConfigDocument } from "../../../src/http/page/model/config.ts";
import type { KillRow } from "../../../src/http/page/model/kills.ts";
import type { BenchmarksDocument } from "../../../src/http/page/model/runs.ts";
import type { ReportDocument } from "../../../src/http/page/model/report.ts";
import type { BenchmarkResult, BenchReport } from "../../../src/core/bench/report.ts";
import { testReport } from "../../../src/core/tests/report.ts";
import type { TestFileResult } from "../../../src/core/tests/test-file.ts";
import { appSpec } from "../app-world.ts";

const MB = 1_024 ** 2;
const GB = 1_024 ** 3;
const MINUTE = 60_000;
const DAY = 86_400_000;
const SHOP = "/home/mara/shop";

type Told = readonly [
  agoMs: number,
  rule: string,
  command: string,
  evidence: string,
  processes: number,
  tookMs: number,
];

const TOLD: readonly Told[] = [
  [
    22 * MINUTE,
    "cpu",
    "bun jobs/import-orders.ts --since 2026-11-01",
    "used 99 % of a core (limit 80 %) for 60 s, and has moved no byte",
    1,
    420,
  ],
  [71 * MINUTE, "timeout", "bun test src/checkout --timeout 0", "ran for 5 min (limit 5 min)", 4, 1_310],
  [
    3.4 * 60 * MINUTE,
    "memory",
    "bun scripts/render-catalogue.ts",
    "1.2 GB (limit 1 GB), of which 1.1 GB are its own",
    1,
    5_240,
  ],
  [
    DAY + 40 * MINUTE,
    "cpu",
    "bun jobs/import-orders.ts --since 2026-11-01",
    "used 98 % of a core (limit 80 %) for 60 s, and has moved no byte",
    1,
    380,
  ],
  [DAY + 95 * MINUTE, "concurrency", "bun build packages/admin", "the youngest of 4 jobs (limit 3)", 2, 610],
  [
    2 * DAY + 10 * MINUTE,
    "cpu",
    "bun jobs/import-orders.ts",
    "used 99 % of a core (limit 80 %) for 60 s, and has moved no byte",
    1,
    400,
  ],
  [4 * DAY, "timeout", "bun run e2e", "ran for 5 min (limit 5 min)", 6, 2_050],
];

export const killRows = (nowMs: number): readonly KillRow[] =>
  TOLD.map(([agoMs, rule, command, evidence, processes, tookMs], at) => ({
    step: `step-${at}`,
    atMs: nowMs - agoMs,
    rule,
    evidence,
    pid: 41_000 + at * 13,
    project: SHOP,
    command,
    targets: processes,
    survivors: 0,
    outcomes: Array.from({ length: processes }, (_, number) => ({
      id: { pid: 41_000 + at * 13 + number, startTicks: 1, exe: null },
      startTimeMs: nowMs - agoMs - 5 * MINUTE,
      command,
      result: { outcome: "gone" },
      signals: tookMs > 5_000 ? ["SIGTERM", "SIGSTOP", "SIGKILL"] : ["SIGTERM"],
      tookMs,
    })),
  }));

/** What the history has of the last ten minutes. */
export const tickRows = (nowMs: number): readonly Earlier[] =>
  Array.from({ length: 60 }, (_, at) => ({
    atMs: nowMs - (60 - at) * 10_000,
    cpuPercent: 140 + 50 * Math.sin(at / 3) + (at > 40 ? 40 : 0),
    memoryBytes: (1_900 + at * 5 + 60 * Math.sin(at / 2)) * MB,
  }));

/** What the monitor remembers of a process that began two minutes ago. */
export const memoryPoints = (nowMs: number): readonly MemoryPoint[] =>
  Array.from({ length: 11 }, (_, at) => ({ atMs: nowMs - (11 - at) * 10_000, bytes: (46 + at * 1.4) * MB }));

const STOPS_BY_DAY = [2, 0, 3, 1, 4, 2, 3];

export function reportDocument(nowMs: number): ReportDocument {
  const midnight = new Date(nowMs).setHours(0, 0, 0, 0);
  const measured = {
    peakJobs: 6,
    peakMemoryBytes: 3.1 * GB,
    meanCpuPercent: 41,
    maxCpuPercent: 188,
    monitorStarts: 3,
    breakerOpenings: 0,
  };
  const totals = {
    ...measured,
    watchedMs: 6.2 * DAY,
    stops: 15,
    jobs: 412,
    stopsByRule: { cpu: 8, timeout: 4, memory: 2, concurrency: 1 },
    targets: 34,
    survivors: 0,
    unknown: 0,
    observed: 2,
    stopsByKind: { runaways: 14, number: 1, byHand: 0 },
  };
  return {
    fromMs: nowMs - 7 * DAY,
    toMs: nowMs,
    project: null,
    historyBeganMs: nowMs - 21 * DAY,
    mode: "enforce",
    limits: { concurrency: 3, cpuPercent: 80, memoryBytes: GB, timeoutMs: 5 * MINUTE },
    totals,
    before: null,
    stopped: [],
    observed: [],
    survivors: [],
    offenders: {
      projects: [],
      commands: [
        {
          name: "bun jobs/import-orders.ts",
          stops: 8,
          episodes: 9,
          cpuMs: 910_000,
          peakMemoryBytes: 66 * MB,
        },
        {
          name: "bun test src/checkout --timeout 0",
          stops: 3,
          episodes: 3,
          cpuMs: 410_000,
          peakMemoryBytes: 212 * MB,
        },
        {
          name: "bun scripts/render-catalogue.ts",
          stops: 2,
          episodes: 4,
          cpuMs: 350_000,
          peakMemoryBytes: 1.4 * GB,
        },
      ],
    },
    days: STOPS_BY_DAY.map((stops, at) => {
      const fromMs = midnight - (STOPS_BY_DAY.length - 1 - at) * DAY;
      const day = {
        stops,
        date: localDate(fromMs),
        fromMs,
        toMs: fromMs + DAY,
      };
      return Object.assign(day, measured, { watchedMs: 20 * 60 * MINUTE });
    }),
    advice: [
      {
        limit: "memory",
        finding: "too-tight",
        command: "bun scripts/render-catalogue.ts",
        project: SHOP,
        current: 1_024,
        suggestion: {
          kind: "rule",
          rule: {
            name: "render-catalogue",
            match: { command: "render-catalogue\\.ts" },
            maxMemoryUsageMB: 1_536,
          },
        },
        evidence: "It was stopped 2 times, and 9 runs that ended by themselves needed up to 988 MB.",
        numbers: {},
      },
      {
        limit: "timeout",
        finding: "fine",
        command: null,
        project: null,
        current: 300_000,
        suggestion: null,
        evidence:
          "What was stopped had run three times as long as the longest run that ended by itself (97 s).",
        numbers: {},
      },
      {
        limit: "cpu",
        finding: "fine",
        command: null,
        project: null,
        current: 80,
        suggestion: null,
        evidence:
          "8 runaways of one command were stopped, and nothing that ended by itself was over it for more than 11 s.",
        numbers: {},
      },
    ],
  };
}

const localDate = (atMs: number): string => {
  const at = new Date(atMs);
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
};

function instance(number: number, facts: Partial<InstanceDocument>, nowMs: number): InstanceDocument {
  return {
    id: number,
    number,
    state: "online",
    sinceMs: nowMs - 26 * 60 * MINUTE,
    untilMs: null,
    root: { pid: 39_001 + number, startTicks: 1, exe: null },
    jobId: `m${number}`,
    startedMs: nowMs - 26 * 60 * MINUTE,
    createdMs: nowMs - 30 * 60 * MINUTE,
    restarts: 0,
    unstableRestarts: 0,
    lastExit: null,
    lostLines: 0,
    adopted: false,
    memoryBytes: 228 * MB,
    cpuPercent: 6,
    processes: 1,
    descriptors: 31,
    enforcement: null,
    outFile: null,
    errFile: null,
    pidFile: null,
    ...facts,
  };
}

export function appsDocument(nowMs: number): AppsDocument {
  const retrying = instance(
    0,
    {
      state: "retrying",
      untilMs: nowMs + 42_000,
      root: null,
      startedMs: null,
      memoryBytes: null,
      cpuPercent: null,
      restarts: 16,
      lastExit: {
        atMs: nowMs - 18_000,
        reason: "exited",
        code: 1,
        signal: null,
        words: "ended by itself with code 1 after 2 s",
        lastErrorLines: ["error: connect ECONNREFUSED 127.0.0.1:6379"],
      },
    },
    nowMs,
  );
  return {
    schemaVersion: 1,
    at: nowMs,
    manager: { pid: 1_204, version: "0.1.0", sinceMs: nowMs - 3 * DAY },
    failures: [],
    apps: [
      {
        spec: appSpec("api", { argv: ["bun", "api.ts"], directory: "/srv/api", instances: 2 }),
        instances: [instance(0, {}, nowMs), instance(1, { restarts: 1 }, nowMs)],
      },
      {
        spec: appSpec("mailer", { argv: ["bun", "src/mailer.ts"], directory: "/srv/mailer" }),
        instances: [retrying],
      },
      {
        spec: appSpec("nightly", { argv: ["bun", "run", "nightly"], directory: SHOP }),
        instances: [
          instance(
            0,
            { state: "stopped", root: null, startedMs: null, memoryBytes: null, cpuPercent: null },
            nowMs,
          ),
        ],
      },
    ],
  };
}

export const LOG_LINES: readonly string[] = [
  "listening on http://127.0.0.1:8080",
  "GET /orders 200 4 ms",
  "GET /orders/1812 200 2 ms",
  "POST /orders 201 11 ms",
  "warning: slow query (312 ms): orders by customer",
  "GET /health 200 0 ms",
];

export function programsDocument(nowMs: number): ProgramsDocument {
  const readings = Array.from({ length: 100 }, (_, at) => ({
    timestamp: new Date(nowMs - (100 - at) * 1_000).toISOString(),
    pid: 39_001,
    memory: { heapUsed: (38 + ((at * 0.9) % 31)) * MB, heapTotal: 84 * MB, external: 6 * MB, rss: 228 * MB },
    cpu: { userMs: 9_000 + at * 60, systemMs: 800 + at * 4 },
    uptime: 26 * 3_600 + at,
    gcStats: {
      collections: 2,
      duration: 3.4,
      beforeGC: 66 * MB,
      afterGC: 38 * MB,
      memoryFreed: 28 * MB,
      forced: false,
    },
    eventLoop: {
      meanMs: 0.6 + Math.abs(Math.sin(at / 5)),
      maxMs: 2 + Math.abs(Math.sin(at / 3)) * 9 + (at === 61 ? 74 : 0),
    },
  }));
  return {
    schemaVersion: 1,
    at: new Date(nowMs).toISOString(),
    programs: [
      {
        id: "39001-1",
        pid: 39_001,
        name: "api",
        mayCollect: true,
        readings,
        collections: [],
      },
    ],
  };
}

const WAYS = ["Buffer.alloc", "Buffer.allocUnsafe", "Bun.allocUnsafe", "ArrayBuffer", "Uint8Array"] as const;

export function bufferTimings(): readonly BufferTiming[] {
  return [1_024, 16_384, 65_536, MB, 16 * MB, 64 * MB].flatMap((bytes) =>
    (["reused", "fresh"] as const).flatMap((memory) =>
      [false, true].flatMap((filled) =>
        WAYS.map((kind, at) => {
          const isSafe = !kind.includes("Unsafe");
          const median = 0.09 + at * 0.013 + (bytes / MB) * ((isSafe ? 9 : 0.1) + (filled ? 9 : 0));
          return {
            kind,
            bytes,
            memory,
            filled,
            timeUs: {
              count: 11,
              min: median,
              max: median,
              mean: median,
              median,
              p75: median,
              p99: median,
              mad: 0,
              outliers: 0,
              relativeMargin: 0.02,
            },
          };
        }),
      ),
    ),
  );
}

export const configDocument = (): ConfigDocument => {
  const own = { kind: "project-file", where: `${SHOP}/.kiro/bun-process-config.json` } as const;
  const byDefault = { kind: "default", where: "" } as const;
  return {
    project: SHOP,
    files: [own.where],
    problem: null,
    warnings: [],
    rule: [
      "The files of a project hold for its own jobs; of all others only CPU use without progress is stopped.",
    ],
    values: [
      { key: "mode", value: "enforce", origin: own },
      { key: "maxConcurrentProcesses", value: 3, origin: own },
      { key: "maxCpuUsagePercent", value: 80, origin: byDefault },
      { key: "maxMemoryUsageMB", value: 1_024, origin: own },
      { key: "processTimeoutMs", value: 300_000, origin: byDefault },
      {
        key: "monitoringIntervalMs",
        value: 5_000,
        origin: { kind: "environment", where: "BUN_WATCHDOG_MONITORING_INTERVAL_MS" },
      },
      { key: "cpuHoldMs", value: 60_000, origin: byDefault },
      { key: "killGraceMs", value: 5_000, origin: byDefault },
      {
        key: "rules[0]",
        value: { name: "importer", match: { command: "import-orders" }, processTimeoutMs: 1_800_000 },
        origin: own,
      },
      {
        key: "alerts.webhook",
        value: "https://chat.example/***",
        origin: { kind: "user-file", where: "/home/mara/.config/bun-watchdog/config.json" },
      },
      { key: "history.maxDays", value: 30, origin: byDefault },
      { key: "dashboard.enabled", value: true, origin: own },
    ],
  };
};

const ran = (
  name: string,
  [median, margin, target]: readonly [median: number, margin: number, target: number | null],
): BenchmarkResult => ({
  name,
  group: "orders",
  category: null,
  file: "bench/orders.bench.ts",
  export: name,
  command: null,
  parameters: {},
  target,
  targetMet: target === null ? null : median <= target,
  failure: null,
  trials: [],
  summary: {
    count: 50,
    min: median * 0.94,
    max: median * 1.4,
    mean: median * 1.02,
    median,
    p75: median * 1.05,
    p99: median * 1.31,
    mad: median * 0.02,
    outliers: 1,
    margin,
    peakMemoryBytes: 61 * MB,
    cpuMs: 812,
  },
});

const tested = (file: string, facts: Partial<TestFileResult>): TestFileResult => ({
  file,
  verdict: "passed",
  counts: { passed: 14, failed: 0, errors: 0, skipped: 0, todo: 0 },
  evidence: null,
  running: null,
  tookMs: 840,
  cpuMs: 610,
  peakMemoryBytes: 92 * MB,
  exitCode: 0,
  signal: null,
  leftovers: [],
  survivors: [],
  attempts: 1,
  flaky: false,
  tests: [],
  ...facts,
});

export function benchmarksDocument(nowMs: number): BenchmarksDocument {
  const iso = (agoMs: number): string => new Date(nowMs - agoMs).toISOString();
  const bench: BenchReport = {
    schemaVersion: 1,
    at: iso(6 * MINUTE),
    environment: {
      bun: "1.4.5",
      nodeEnv: null,
      os: "linux",
      arch: "x64",
      cpu: "AMD EPYC",
      cores: 8,
      memoryBytes: 32 * GB,
    },
    noise: [],
    benchmarks: [
      ran("total", [0.0124, 0.011, 0.02]),
      ran("totalWithTax", [0.0181, 0.009, 0.02]),
      ran("parseOrder", [1.42, 0.031, 1]),
    ],
    comparisons: [],
  };
  const hanging = tested("src/checkout/pay.test.ts", {
    verdict: "timeout",
    counts: { passed: 6, failed: 0, errors: 0, skipped: 0, todo: 0 },
    evidence: 'was ended after 30 s, while "waits for the bank" (src/checkout/pay.test.ts:41) ran',
    tookMs: 30_120,
    cpuMs: 29_400,
    exitCode: null,
    leftovers: [{ pid: 41_200, command: "bun fake-bank.ts" }],
  });
  return {
    running: null,
    files: {
      bench: ["bench/orders.bench.ts"],
      test: ["src/cart/total.test.ts", "src/checkout/pay.test.ts"],
      isCut: false,
    },
    tests: [
      { file: "src/checkout/pay.test.ts", tookMs: 30_120, flakyRuns: 2, lastFlakyMs: nowMs - 3 * DAY },
      { file: "src/cart/total.test.ts", tookMs: 840, flakyRuns: 0, lastFlakyMs: null },
    ],
    runs: [
      {
        kind: "bench",
        file: "bench/orders.bench.ts",
        at: iso(6 * MINUTE),
        tookMs: 9_300,
        exitCode: 1,
        document: bench,
      },
      {
        kind: "test",
        file: "src/checkout/pay.test.ts",
        at: iso(40 * MINUTE),
        tookMs: 30_400,
        exitCode: 1,
        document: testReport([hanging], {
          found: [hanging.file],
          notRun: [],
          complaints: [],
          tookMs: 30_400,
        }),
      },
    ],
  };
}
