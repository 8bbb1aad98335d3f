import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  mkdirSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WatchdogEvent } from "../../../src/core/plan/event.ts";
import {
  type ActivityLog,
  type ActivityLogOptions,
  LOG_FILE,
  openActivityLog,
} from "../../../src/record/activity-log.ts";
import { datedLog, expiredLogs, finishedLogs } from "../../../src/record/log-files.ts";

const trouble = (what: string): WatchdogEvent => ({ type: "trouble", atMs: 0, what });
const today = (): string => datedLog(new Date());

let root = "";
let directory = "";
let said: string[] = [];
const open = (options: Partial<ActivityLogOptions> = {}): ActivityLog =>
  openActivityLog({ directory, level: "info", maxDays: 14, complain: (line) => said.push(line), ...options });
const lines = (): readonly string[] =>
  readFileSync(join(directory, LOG_FILE), "utf8").split("\n").slice(0, -1);
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "bun-watchdog-log-"));
  directory = join(root, ".kiro", "logs");
  said = [];
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("a line per event behind a link to today's file; 0700, 0600, nothing else beside it", async () => {
  const log = open();
  log.write(trouble("one"));
  log.write({ type: "stopped", atMs: 1, pid: 9, reason: "SIGTERM" });
  await log.close();
  expect(lines()).toEqual([
    "1970-01-01T00:00:00.000Z error one",
    "1970-01-01T00:00:00.001Z info  monitor stopped, pid 9: SIGTERM",
  ]);
  expect(readlinkSync(join(directory, LOG_FILE))).toBe(today());
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(statSync(join(directory, today())).mode & 0o777).toBe(0o600);
  expect(readdirSync(directory).toSorted()).toEqual([today(), LOG_FILE].toSorted());
});

test("nothing is touched before the first line that the level lets through", async () => {
  const log = open({ level: "error" });
  log.write({ type: "stopped", atMs: 1, pid: 9, reason: "SIGTERM" });
  await log.close();
  expect(existsSync(directory)).toBe(false);
});

test("a burst keeps its order and loses nothing", async () => {
  const log = open();
  for (let i = 0; i < 500; i++) log.write(trouble(`event ${i}`));
  await Bun.sleep(0);
  for (let i = 500; i < 800; i++) log.write(trouble(`event ${i}`));
  await log.close();
  expect(lines().map((line) => line.split(" ").at(-1))).toEqual(
    Array.from({ length: 800 }, (_, i) => String(i)),
  );
});

test.each([
  ["the directory", ".kiro/logs"],
  ["a folder above it", ".kiro"],
])("%s is a link by now: nothing is written where it leads", async (_name, path) => {
  const log = open();
  log.write(trouble("one"));
  await log.close();
  const outside = join(root, "outside");
  mkdirSync(join(outside, "logs"), { recursive: true });
  renameSync(join(root, path), join(root, "before"));
  symlinkSync(outside, join(root, path));
  log.write(trouble("two"));
  await log.close();
  expect(readdirSync(outside, { recursive: true })).toEqual(["logs"]);
  expect(said).toEqual([expect.stringContaining("is a symbolic link, to")]);
  expect(log.trouble()).not.toBeNull();
  rmSync(join(root, path));
  renameSync(join(root, "before"), join(root, path));
  await log.close();
  expect(lines().map((line) => line.split(" ").at(-1))).toEqual(["one", "two"]);
  expect(log.trouble()).toBeNull();
});

test("a removed file and a removed directory are made again", async () => {
  const log = open();
  log.write(trouble("one"));
  await log.close();
  rmSync(join(directory, today()));
  log.write(trouble("two"));
  await log.close();
  rmSync(directory, { recursive: true });
  log.write(trouble("three"));
  await log.close();
  expect(lines()).toEqual(["1970-01-01T00:00:00.000Z error three"]);
  expect(said).toEqual([]);
});

test("a directory that cannot be made is said once; lines come when it can", async () => {
  writeFileSync(join(root, ".kiro"), "in the way");
  const log = open();
  log.write(trouble("one"));
  await log.close();
  log.write(trouble("two"));
  await log.close();
  expect(said).toHaveLength(1);
  expect(said[0]).toContain(directory);
  expect(log.trouble()).not.toBeNull();
  rmSync(join(root, ".kiro"));
  log.write(trouble("three"));
  await log.close();
  expect(lines().map((line) => line.split(" ").at(-1))).toEqual(["one", "two", "three"]);
  expect(log.trouble()).toBeNull();
});

test("a file that cannot be opened is survived, and its lines come at the end", async () => {
  mkdirSync(directory, { recursive: true });
  // a directory where the day's file should be: open(2) fails for everybody, root included
  mkdirSync(join(directory, today()));
  const log = open();
  log.write(trouble("one"));
  await log.close();
  expect(said).toHaveLength(1);
  rmSync(join(directory, today()), { recursive: true });
  await log.close();
  expect(lines()).toHaveLength(1);
});

test("no symbolic link in the project makes the log write elsewhere", async () => {
  const precious = join(root, "precious");
  writeFileSync(precious, "precious");
  mkdirSync(directory, { recursive: true });
  symlinkSync(precious, join(directory, today()));
  const log = open();
  log.write(trouble("one"));
  await log.close();
  expect(readFileSync(precious, "utf8")).toBe("precious");
  expect(said).toHaveLength(1);
});

test("a plain file where the link belongs is put aside", async () => {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, LOG_FILE), "older\n");
  const log = open();
  log.write(trouble("one"));
  await log.close();
  expect(lines()).toHaveLength(1);
  expect(readFileSync(join(directory, `${LOG_FILE}.old`), "utf8")).toBe("older\n");
});

test("a half-written last line is ended first", async () => {
  const log = open();
  log.write(trouble("one"));
  await log.close();
  appendFileSync(join(directory, today()), "half a li");
  log.write(trouble("two"));
  await log.close();
  expect(lines().map((line) => line.slice(-9))).toEqual(["error one", "half a li", "error two"]);
});

test("days over the limit are removed, other files stay", async () => {
  mkdirSync(directory, { recursive: true });
  const old = ["notes.log", "bun-process-monitor-2001-01-01.log", "bun-process-monitor-2001-01-02.log.gz"];
  for (const name of old) writeFileSync(join(directory, name), "");
  const log = open();
  log.write(trouble("one"));
  await log.close();
  expect(readdirSync(directory).toSorted()).toEqual(["notes.log", today(), LOG_FILE].toSorted());
});

const day = (name: string): string => `bun-process-monitor-${name}.log`;
test("expired is what is older than the limit, by name", () => {
  const names = [
    day("2026-01-01"),
    day("2026-01-16"),
    day("2026-01-17"),
    day("2026-01-31"),
    "x.log",
    day("2026-01-0"),
    `${day("2026-01-16")}.gz`,
    `${day("2026-01-17")}.gz`,
  ];
  expect(expiredLogs(names, new Date("2026-01-31T12:00:00Z"), 14)).toEqual([
    day("2026-01-01"),
    day("2026-01-16"),
    `${day("2026-01-16")}.gz`,
  ]);
});

test("finished is what is older than yesterday; both files of a day are one day", () => {
  const names = [day("2026-01-30"), `${day("2026-01-29")}.gz`, day("2026-01-29"), `${day("2026-01-28")}.gz`];
  expect(finishedLogs(names, new Date("2026-01-31T00:30:00Z"))).toEqual([
    { name: day("2026-01-28"), isPlain: false, isPacked: true },
    { name: day("2026-01-29"), isPlain: true, isPacked: true },
  ]);
});
