/** What is old goes, minutes become hours, and the file gets smaller. */
import type { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openHistory } from "../../../src/history/store/open.ts";
import { readCounts } from "../../../src/history/store/counts.ts";
import { retain } from "../../../src/history/store/retention.ts";
import { writeEvent, writeRows } from "../../../src/history/store/write-event.ts";
import { aJob, anExit, aTick, someRows } from "../../support/history-rows.ts";
import { intentOf, outcomeOf } from "../../support/kill-events.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const NOW_MS = 1_000 * DAY_MS + 10 * HOUR_MS + 123;
const MAX_DAYS = 90;
const OLD_MS = NOW_MS - MAX_DAYS * DAY_MS - 1;
const YOUNG_MS = OLD_MS + 1;

let directory = "";
let path = "";
let database: Database;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bun-watchdog-retention-"));
  path = join(directory, "history.db");
  database = openHistory(path);
});
afterEach(() => {
  database.close();
  rmSync(directory, { recursive: true, force: true });
});

const count = (table: string): number =>
  database.query<{ n: number }, []>(`SELECT count(*) AS n FROM ${table}`).get()?.n ?? -1;
const write = (rows: Parameters<typeof someRows>[0]): void =>
  database.transaction(() => writeRows(database, someRows(rows))).immediate();

test("what is older than that is removed from every table, and nothing younger", () => {
  write({
    exits: [anExit(2, OLD_MS), anExit(3, YOUNG_MS)],
    jobs: [aJob(2, { seenMs: OLD_MS }), aJob(3, { beganMs: OLD_MS - DAY_MS, seenMs: YOUNG_MS })],
    verdicts: [OLD_MS, YOUNG_MS].map((lastMs) => ({
      pid: 2,
      startMs: 1,
      rule: "cpu",
      firstMs: lastMs - 1,
      lastMs,
      job: "2:2",
      project: null,
      command: "bun",
      decision: "suspect",
      limit: 80,
      value: 90,
      evidence: "…",
    })),
  });
  writeEvent(database, intentOf(2, OLD_MS));
  writeEvent(database, intentOf(3, YOUNG_MS));
  for (const atMs of [OLD_MS, YOUNG_MS]) writeEvent(database, { type: "trouble", atMs, what: "…" });
  expect(retain(database, NOW_MS, MAX_DAYS).removed).toBe(5);
  expect(["jobs", "exits", "verdicts", "kills", "events"].map(count)).toEqual([1, 1, 1, 1, 1]);
});

test("minutes older than two days become hours: maxima stay, the mean is weighted; younger ones stay minutes", () => {
  const hourMs = 990 * DAY_MS;
  const lastKeptMs = NOW_MS - 2 * DAY_MS;
  write({
    ticks: [
      aTick(hourMs, { looks: 1, cpuPercent: 10, processes: 9, availableBytes: 7_000 }),
      aTick(hourMs + 60_000, { looks: 3, cpuPercent: 50, memoryBytes: 8_000, cpuPercentMax: 90 }),
      aTick(hourMs + HOUR_MS, { looks: 2 }),
      aTick(Math.floor(lastKeptMs / HOUR_MS) * HOUR_MS),
    ],
  });
  expect(retain(database, NOW_MS, MAX_DAYS)).toMatchObject({ merged: 3 });
  expect(database.query("SELECT * FROM ticks ORDER BY at_ms").all()).toMatchObject([
    {
      at_ms: hourMs,
      span_ms: HOUR_MS,
      looks: 4,
      processes: 9,
      memory_bytes: 8_000,
      cpu_percent: 40,
      cpu_percent_max: 90,
      available_bytes: 5_000,
    },
    { at_ms: hourMs + HOUR_MS, span_ms: HOUR_MS, looks: 2 },
    { span_ms: 60_000 },
  ]);
  expect(retain(database, NOW_MS, MAX_DAYS)).toMatchObject({ merged: 0 });
});

test("a minute that comes late to an hour that is merged is merged into it", () => {
  const hourMs = 990 * DAY_MS;
  write({ ticks: [aTick(hourMs, { looks: 6, cpuPercent: 10 })] });
  retain(database, NOW_MS, MAX_DAYS);
  write({ ticks: [aTick(hourMs + 120_000, { looks: 6, cpuPercent: 30 })] });
  retain(database, NOW_MS, MAX_DAYS);
  expect(database.query("SELECT * FROM ticks").all()).toMatchObject([
    { at_ms: hourMs, span_ms: HOUR_MS, looks: 12, cpu_percent: 20 },
  ]);
});

test("the file gets smaller, however much there is to remove", () => {
  for (let day = 0; day < 20; day++)
    write({ exits: Array.from({ length: 1_000 }, (_, pid) => anExit(pid + 2, OLD_MS - day * DAY_MS - pid)) });
  database.run("PRAGMA wal_checkpoint(TRUNCATE)");
  const before = statSync(path).size;
  const { removed, freedBytes } = retain(database, NOW_MS, MAX_DAYS);
  database.run("PRAGMA wal_checkpoint(TRUNCATE)");
  expect(count("exits")).toBe(0);
  expect(removed).toBe(20_000);
  expect(statSync(path).size).toBeLessThan(before / 10);
  expect(freedBytes).toBe(before - statSync(path).size);
});

test("how often something has happened stays known when its rows go, however many parts they go in", () => {
  const kill = (pid: number, atMs: number): void => {
    writeEvent(database, intentOf(pid, atMs));
    writeEvent(database, outcomeOf(pid, ["gone", pid % 2 === 0 ? "gone" : "survived"], atMs + 1));
    writeEvent(database, { type: "trouble", atMs: atMs + pid, what: "…" });
  };
  database.transaction(() => {
    for (let pid = 2; pid < 2_502; pid++) kill(pid, OLD_MS - DAY_MS);
    kill(1, YOUNG_MS);
    writeEvent(database, intentOf(9_999, YOUNG_MS));
  })();
  const before = readCounts(database);
  expect(before).toEqual({
    steps: { memory: 2_502 },
    ends: { "memory gone": 3_751, "memory survived": 1_251 },
    events: { trouble: 2_501 },
  });
  expect(retain(database, NOW_MS, MAX_DAYS).removed).toBe(5_000);
  expect([count("kills"), count("events")]).toEqual([2, 1]);
  expect(readCounts(database)).toEqual(before);
  retain(database, NOW_MS + DAY_MS, MAX_DAYS);
  expect(count("kills")).toBe(0);
  expect(readCounts(database)).toEqual(before);
});
