/** What the history's rows amount to: each question with the rows that could be mistaken for an answer. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { ReportFacts } from "../../../src/history/report/period.ts";
import { readFacts, type ReadOptions } from "../../../src/history/store/read.ts";
import { TABLES } from "../../../src/history/store/schema.ts";
import { GB, MB } from "../../support/build.ts";
import { DAY, MINUTE } from "../../support/report.ts";

const WEEK = 7 * DAY;
const OPTIONS: ReadOptions = {
  fromMs: 2 * WEEK,
  toMs: 3 * WEEK,
  project: null,
  top: 5,
  days: [
    { date: "1970-01-15", fromMs: 2 * WEEK, toMs: 2 * WEEK + DAY },
    { date: "1970-01-16", fromMs: 2 * WEEK + DAY, toMs: 3 * WEEK },
  ],
  inForce: {
    limits: { concurrency: 3, cpuPercent: 80, memoryBytes: GB, timeoutMs: 5 * MINUTE },
    cpuHoldMs: MINUTE,
  },
};
const NOON = 2 * WEEK + DAY / 2;

let database: Database;
beforeEach(() => {
  database = new Database(":memory:", { strict: true });
  database.run(TABLES);
});
afterEach(() => database.close());

type Row = Readonly<Record<string, string | number | null>>;
let pid = 100;

function insert(table: string, row: Row): void {
  const keys = Object.keys(row);
  database
    .query(`INSERT INTO ${table} (${keys.join(", ")}) VALUES (${keys.map((key) => `$${key}`).join(", ")})`)
    .run({ ...row });
}

const tick = (at_ms: number, changes: Row = {}): void =>
  insert("ticks", {
    at_ms,
    span_ms: MINUTE,
    looks: 6,
    processes: 4,
    jobs: 2,
    counted: 1,
    memory_bytes: 500 * MB,
    cpu_percent: 10,
    cpu_percent_max: 90,
    available_bytes: 8 * GB,
    ...changes,
  });

function kill(changes: Row = {}): void {
  pid++;
  insert("kills", {
    step: `s${pid}`,
    at_ms: NOON,
    ended_ms: NOON + 50,
    rule: "timeout",
    limit_value: 5 * MINUTE,
    value: 5 * MINUTE + 4_000,
    evidence: `has run too long (${pid})`,
    pid,
    job: `${pid}:1`,
    project: "/srv/shop",
    command: "bun a.ts",
    kind: "run",
    targets: 1,
    survivors: 0,
    ...changes,
  });
}

function verdict(changes: Row = {}): void {
  pid++;
  insert("verdicts", {
    pid,
    start_ms: NOON - 10 * MINUTE,
    rule: "timeout",
    first_ms: NOON,
    last_ms: NOON + 10_000,
    job: `${pid}:1`,
    project: "/srv/shop",
    command: "bun a.ts",
    decision: "runaway",
    limit_value: 5 * MINUTE,
    value: 6 * MINUTE,
    evidence: "has run too long",
    ...changes,
  });
}

function job(changes: Row = {}): void {
  pid++;
  insert("jobs", {
    id: `${pid}:1`,
    began_ms: NOON,
    seen_ms: NOON + MINUTE,
    ended_ms: NOON + MINUTE,
    ended_by: "itself",
    project: "/srv/shop",
    command: "bun a.ts",
    kind: "run",
    exempt: "[]",
    processes: 1,
    memory_bytes: 90 * MB,
    cpu_ms: 4_000,
    ...changes,
  });
}

const ranFor = (minutes: number, changes: Row = {}): void =>
  job({ began_ms: 0, seen_ms: minutes * MINUTE, ended_ms: minutes * MINUTE, ...changes });

function exit(changes: Row = {}): void {
  pid++;
  insert("exits", {
    pid,
    start_ms: NOON,
    at_ms: NOON + MINUTE,
    job: `${pid}:1`,
    project: "/srv/shop",
    command: "bun a.ts",
    kind: "run",
    age_ms: MINUTE,
    memory_bytes: 90 * MB,
    cpu_ms: 4_000,
    ended_by: "itself",
    ...changes,
  });
}

const read = (changes: Partial<ReadOptions> = {}): ReportFacts =>
  readFacts(database, { ...OPTIONS, ...changes });

test("an empty history is read", () => {
  const facts = read();
  expect(facts).toMatchObject({
    historyBeganMs: null,
    totals: { watchedMs: 0, stops: 0, peakJobs: null, meanCpuPercent: null },
    before: null,
    stopped: [],
    offenders: { projects: [], commands: [] },
  });
  expect(facts.evidence.timeout).toEqual({ pressed: [], need: { count: 0, highest: null, command: null } });
});

test("sums: by time, not by row; the end of the period is not in it", () => {
  tick(NOON, { cpu_percent: 100, cpu_percent_max: 300, jobs: 7 });
  tick(NOON + MINUTE, { span_ms: 3 * MINUTE, cpu_percent: 20, memory_bytes: 2 * GB });
  tick(3 * WEEK, { jobs: 99 });
  kill({ targets: 3, survivors: 1 });
  kill({ rule: "memory" });
  kill({ at_ms: 3 * WEEK });
  job();
  expect(read().totals).toMatchObject({
    watchedMs: 4 * MINUTE,
    jobs: 1,
    stops: 2,
    stopsByRule: { timeout: 1, memory: 1 },
    targets: 4,
    survivors: 1,
    peakJobs: 7,
    peakMemoryBytes: 2 * GB,
    meanCpuPercent: 40,
    maxCpuPercent: 300,
  });
});

test("days have their own", () => {
  tick(NOON);
  tick(NOON + DAY, { jobs: 5 });
  kill();
  kill({ at_ms: NOON + DAY });
  kill({ at_ms: NOON + DAY });
  insert("events", { at_ms: NOON, type: "started", event: "{}" });
  insert("events", { at_ms: NOON, type: "breaker", event: '{"open":true,"killsLastMinute":21}' });
  insert("events", { at_ms: NOON + 1, type: "breaker", event: '{"open":false,"killsLastMinute":0}' });
  expect(read().days).toMatchObject([
    { date: "1970-01-15", stops: 1, peakJobs: 2, monitorStarts: 1, breakerOpenings: 1 },
    { date: "1970-01-16", stops: 2, peakJobs: 5, monitorStarts: 0, breakerOpenings: 0 },
  ]);
});

test("the period before is compared only when it was watched for half as long", () => {
  tick(NOON, { span_ms: 4 * MINUTE });
  tick(NOON - WEEK, { span_ms: MINUTE });
  kill({ at_ms: NOON - WEEK });
  expect(read().before).toBeNull();
  tick(NOON - WEEK + MINUTE, { span_ms: MINUTE });
  expect(read().before).toMatchObject({ stops: 1, watchedMs: 2 * MINUTE });
});

test("what was stopped: most often first, with the evidence of the latest", () => {
  kill({ command: "bun rare.ts" });
  kill({ at_ms: NOON + 5, evidence: "the latest" });
  kill({ at_ms: NOON + 1 });
  expect(read().stopped).toMatchObject([
    { command: "bun a.ts", stops: 2, lastMs: NOON + 5, evidence: "the latest" },
    { command: "bun rare.ts", stops: 1 },
  ]);
});

test("survivors: what is left, and what nobody knows the end of", () => {
  kill();
  kill({ survivors: 2, at_ms: NOON + 1 });
  kill({ survivors: null, ended_ms: null, at_ms: NOON + 2 });
  expect(read().survivors.map(({ survivors }) => survivors)).toEqual([null, 2]);
  expect(read().totals).toMatchObject({ survivors: 2, unknown: 1 });
});

test("observed: a runaway that nobody stopped; its job's stop is its own", () => {
  verdict({ job: "1:1" });
  verdict({ job: "2:1" });
  verdict({ decision: "suspect" });
  kill({ job: "2:1", at_ms: NOON + 20_000 });
  expect(read().totals.observed).toBe(1);
  expect(read().observed).toMatchObject([{ rule: "timeout", command: "bun a.ts", episodes: 1 }]);
});

test("offenders: by stops, then by episodes; what did nothing is none, however much it used", () => {
  job({ command: "bun busy.ts", cpu_ms: 9e9, project: "/srv/other" });
  job({ command: "bun a.ts", cpu_ms: 10, memory_bytes: 2 * GB });
  verdict({ command: "bun warned.ts", decision: "suspect" });
  kill();
  const { commands, projects } = read().offenders;
  expect(commands).toEqual([
    { name: "bun a.ts", stops: 1, episodes: 0, cpuMs: 10, peakMemoryBytes: 2 * GB },
    { name: "bun warned.ts", stops: 0, episodes: 1, cpuMs: 0, peakMemoryBytes: null },
  ]);
  expect(projects.map(({ name }) => name)).toEqual(["/srv/shop"]);
});

test.each<[string, number]>([
  ["/srv/shop", 2],
  ["/srv/shop/packages", 1],
  ["/srv/sho", 0],
  ["/", 3],
  ["/srv/shop'", 0],
])("--project %j means it and what is below it", (project, stops) => {
  kill();
  kill({ project: "/srv/shop/packages/web" });
  kill({ project: "/srv/shopping" });
  kill({ project: null });
  expect(read({ project }).totals.stops).toBe(stops);
});

const samples = (): readonly (readonly number[])[] =>
  read().evidence.timeout.pressed.map((pressed) => pressed.samples);

describe("evidence for the timeout", () => {
  test("runs of the stopped command that ended by themselves, ascending", () => {
    kill();
    exit({ age_ms: 2 * MINUTE });
    exit({ age_ms: MINUTE });
    exit({ age_ms: 3 * MINUTE, ended_by: "timeout" });
    exit({ age_ms: 3 * MINUTE, ended_by: "unseen" });
    exit({ age_ms: 3 * MINUTE, command: "bun b.ts" });
    exit({ age_ms: 3 * MINUTE, project: "/srv/other" });
    exit({ age_ms: 3 * MINUTE, at_ms: 3 * WEEK });
    expect(samples()).toEqual([[MINUTE, 2 * MINUTE]]);
  });

  test("a run that a rule spares is no measure: its orphans are stopped rightly", () => {
    kill();
    job({ id: "9:1", exempt: '["timeout","concurrency"]' });
    exit({ job: "9:1", age_ms: 4 * MINUTE });
    expect(samples()).toEqual([[]]);
  });

  test("longer than the limit counts when it was found so, not when it was protected", () => {
    verdict({ pid: 7, start_ms: NOON });
    exit({ pid: 7, start_ms: NOON, age_ms: 9 * MINUTE });
    exit({ age_ms: 8 * MINUTE });
    expect(samples()).toEqual([[9 * MINUTE]]);
    expect(read().evidence.timeout.pressed).toMatchObject([{ stops: 0 }]);
  });

  test("a stop of what leaked or span as well is not the timeout's", () => {
    kill({ pid: 1 });
    verdict({ pid: 1, rule: "leak", decision: "suspect", first_ms: NOON - MINUTE, last_ms: NOON });
    kill({ pid: 2 });
    const cpu = { rule: "cpu", decision: "suspect", first_ms: NOON - MINUTE, last_ms: NOON };
    verdict({ pid: 2, ...cpu, evidence: "uses 99 % of a core without reading or writing" });
    kill({ pid: 3 });
    verdict({ pid: 3, ...cpu, evidence: "uses 99 % of a core but makes progress: 3 MB" });
    expect(read().evidence.timeout.pressed).toMatchObject([{ stops: 1, otherwiseBad: 2 }]);
  });

  test("what is needed: the longest that was neither stopped for it, nor spared, nor protected; in the whole history", () => {
    ranFor(2, { command: "bun long.ts" });
    ranFor(1);
    ranFor(4, { ended_by: "timeout" });
    ranFor(3, { exempt: '["timeout"]' });
    ranFor(999, { command: "bun-watchdog monitor" });
    expect(read().evidence.timeout.need).toEqual({ count: 2, highest: 2 * MINUTE, command: "bun long.ts" });
  });
});

describe("evidence for memory, CPU and concurrency", () => {
  test("memory: the highest of what ended and of what lives", () => {
    exit({ memory_bytes: 200 * MB });
    exit({ memory_bytes: GB, ended_by: "memory" });
    exit({ memory_bytes: null });
    exit({ memory_bytes: 3 * GB });
    job({ ended_ms: null, ended_by: null, memory_bytes: 300 * MB, command: "bun run dev" });
    tick(NOON, { available_bytes: 0 });
    tick(NOON + MINUTE, { available_bytes: 5 * GB });
    expect(read().evidence.memory).toMatchObject({
      need: { count: 2, highest: 300 * MB, command: "bun run dev" },
      leastAvailableBytes: 5 * GB,
    });
  });

  test("memory and CPU: what no limit holds for, our own commands among it, says nothing", () => {
    job({
      id: "own",
      exempt: '["concurrency","cpu","memory","timeout"]',
      memory_bytes: 900 * MB,
      ended_ms: null,
    });
    exit({ job: "own", memory_bytes: 800 * MB, age_ms: 5 * MINUTE, cpu_ms: 5 * MINUTE });
    exit({ job: "other", memory_bytes: 200 * MB, age_ms: 2 * MINUTE, cpu_ms: MINUTE });
    const { memory, cpu, timeout, concurrency } = read().evidence;
    expect(memory.need).toMatchObject({ count: 1, highest: 200 * MB });
    expect(cpu.need).toMatchObject({ count: 1, highest: 50 });
    expect(timeout.need.count).toBe(0);
    expect(concurrency.jobs).toBe(0);
  });

  test("CPU: how long what ended by itself had been over the limit, silent", () => {
    kill({ rule: "cpu", limit_value: 80 });
    const silent = { rule: "cpu", decision: "suspect", start_ms: NOON, evidence: "without page faults" };
    for (const each of [8, 9]) {
      verdict({ ...silent, pid: each, first_ms: NOON, last_ms: NOON + each * 1_000 });
      exit({ pid: each, start_ms: NOON });
    }
    verdict({ ...silent, pid: 10, evidence: "but makes progress: 3 MB" });
    exit({ pid: 10, start_ms: NOON });
    verdict({ ...silent, pid: 11 });
    exit({ pid: 11, start_ms: NOON, ended_by: "cpu" });
    expect(read().evidence.cpu.pressed).toMatchObject([{ stops: 1, samples: [8_000, 9_000] }]);
  });

  test("concurrency: how long it was full, and which victims had nothing else against them", () => {
    tick(NOON, { counted: 3 });
    tick(NOON + MINUTE, { counted: 4 });
    tick(NOON + 2 * MINUTE, { counted: 2 });
    const crowded = { rule: "concurrency", limit_value: 3, value: 4 };
    kill({ ...crowded, evidence: "is one of 4 jobs (limit 3) and the first to go: it is the youngest" });
    kill({
      ...crowded,
      value: 5,
      evidence: "is one of 5 jobs (limit 3) and the first to go: it makes no progress",
    });
    kill({ ...crowded, limit_value: 2, evidence: "of an older limit: it is the youngest" });
    expect(read().evidence.concurrency).toMatchObject({
      watchedMs: 3 * MINUTE,
      atLimitMs: 2 * MINUTE,
      overLimitMs: MINUTE,
      stops: 2,
      healthyStops: 1,
      mostAtStop: 5,
      peakCounted: 4,
    });
  });
});

test("a short period in a long history gives the same as by the whole table", () => {
  tick(0);
  kill();
  job();
  exit({ age_ms: 2 * MINUTE });
  const narrow = read({ fromMs: NOON - MINUTE, toMs: NOON + 2 * MINUTE, days: [] });
  const wide = read({ fromMs: 0, days: [] });
  expect(narrow.totals.jobs).toBe(wide.totals.jobs);
  expect(narrow.evidence.timeout).toEqual(wide.evidence.timeout);
  expect(narrow.offenders).toEqual(wide.offenders);
});
