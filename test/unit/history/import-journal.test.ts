/** What the journal says gets into the history once, and all of it, however it was cut, put aside or torn. */
import type { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WatchdogEvent } from "../../../src/core/plan/event.ts";
import { importJournal } from "../../../src/history/store/import-journal.ts";
import { openHistory } from "../../../src/history/store/open.ts";
import { openJournal } from "../../../src/record/journal.ts";
import { rotate } from "../../../src/record/append-log.ts";
import { intentOf, outcomeOf } from "../../support/kill-events.ts";

let directory = "";
let path = "";
let database: Database;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bun-watchdog-import-"));
  path = join(directory, "journal.jsonl");
  database = openHistory(join(directory, "history.db"));
});
afterEach(() => {
  database.close();
  rmSync(directory, { recursive: true, force: true });
});

const started: WatchdogEvent = {
  type: "started",
  atMs: 1,
  pid: 1,
  mode: "enforce",
  scope: "user",
  config: null,
};
const trouble = (atMs: number): WatchdogEvent => ({ type: "trouble", atMs, what: "ünïcode 🐟 at the cut" });
const freezing: WatchdogEvent = { type: "freezing", atMs: 5, stepId: "7:7@1", targets: [] };

const line = (event: WatchdogEvent): string => `${JSON.stringify(event)}\n`;
const rows = (table: string): Record<string, unknown>[] =>
  database.query<Record<string, unknown>, []>(`SELECT * FROM ${table}`).all();
const eventTimes = (): unknown[] => rows("events").map((row) => row["at_ms"]);
const steps = (): unknown[] => rows("kills").map((row) => row["step"]);

test("an intent makes the row, its outcome completes it", () => {
  writeFileSync(path, line(started) + line(intentOf(7)));
  expect(importJournal(database, path)).toBe(2);
  const intended = {
    step: "7:7@1",
    at_ms: 1_000,
    ended_ms: null,
    rule: "memory",
    limit_value: 1024,
    value: 2048,
    evidence: "uses 2 KB",
    pid: 7,
    job: "7:7",
    project: "/project",
    command: "bun leak.ts",
    kind: "run",
    targets: 1,
    survivors: null,
    outcomes: null,
  };
  expect(rows("kills")).toEqual([intended]);
  expect(rows("events")).toEqual([
    { at_ms: 1, type: "started", event: '{"pid":1,"mode":"enforce","scope":"user","config":null}' },
  ]);
  const outcome = outcomeOf(7, ["gone", "survived"]);
  appendFileSync(path, line(freezing) + line(outcome));
  expect(importJournal(database, path)).toBe(2);
  expect(rows("kills")).toEqual([
    { ...intended, ended_ms: 2_000, targets: 2, survivors: 1, outcomes: JSON.stringify(outcome.outcomes) },
  ]);
  // it serves the thaw alone
  expect(rows("events")).toHaveLength(1);
});

test("an outcome that comes first, or alone, is a row too; the intent then adds what it knows", () => {
  writeFileSync(path, line(outcomeOf(7, ["gone"])));
  importJournal(database, path);
  expect(rows("kills")).toMatchObject([
    { at_ms: 2_000, ended_ms: 2_000, evidence: "", survivors: 0, job: null },
  ]);
  appendFileSync(path, line(intentOf(7)));
  importJournal(database, path);
  expect(rows("kills")).toMatchObject([
    { at_ms: 1_000, ended_ms: 2_000, evidence: "uses 2 KB", survivors: 0, job: "7:7" },
  ]);
});

test("a journal of before there was a history: what it does not say is null", () => {
  const { limit, value, jobId, kind, cwd, ...old } = intentOf(7);
  expect([limit, value, jobId, kind, cwd]).not.toContain(undefined);
  writeFileSync(path, `${JSON.stringify(old)}\n`);
  importJournal(database, path);
  expect(rows("kills")).toMatchObject([
    { limit_value: null, value: null, job: null, kind: null, project: null, evidence: "uses 2 KB" },
  ]);
});

test("cut at every byte, the rest comes with the next import, and nothing twice", () => {
  const events = [started, intentOf(7), trouble(3), outcomeOf(7, ["gone"]), intentOf(8)];
  const bytes = Buffer.from(events.map(line).join(""));
  for (let cut = 0; cut <= bytes.length; cut++) {
    for (const table of ["kills", "events", "marks"]) database.run(`DELETE FROM ${table}`);
    const journal = join(directory, `${cut}.jsonl`);
    writeFileSync(journal, bytes.subarray(0, cut));
    const first = importJournal(database, journal);
    appendFileSync(journal, bytes.subarray(cut));
    expect(first + importJournal(database, journal)).toBe(events.length);
    expect(importJournal(database, journal)).toBe(0);
    expect(database.query("SELECT count(*) AS n, count(ended_ms) AS done FROM kills").get()).toEqual({
      n: 2,
      done: 1,
    });
    rmSync(journal);
  }
}, 60_000);

test("a torn line in the middle, and one that is no event, are passed over", () => {
  writeFileSync(
    path,
    `${line(started)}{"type":"intent","atMs":2,"stepId":"9:9@1"}\n{"type":"outco\n[]\n${line(trouble(4))}`,
  );
  expect(importJournal(database, path)).toBe(2);
  expect(eventTimes()).toEqual([1, 4]);
  expect(steps()).toEqual([]);
});

test("no journal is no event", () => {
  expect(importJournal(database, path)).toBe(0);
});

test.each([1, 2, 3])("what was written before %d rotations and after them is read", (rotations) => {
  let atMs = 0;
  const write = (): void => appendFileSync(path, line(trouble(++atMs)) + line(trouble(++atMs)));
  write();
  importJournal(database, path);
  for (let time = 0; time < rotations; time++) {
    write();
    rotate(path, 3);
    write();
  }
  importJournal(database, path);
  expect(eventTimes()).toEqual(Array.from({ length: atMs }, (_, index) => index + 1));
});

test("a line that another process still writes into a file that was put aside is not lost", () => {
  writeFileSync(path, line(started));
  importJournal(database, path);
  rotate(path, 3);
  writeFileSync(path, line(trouble(2)));
  importJournal(database, path);
  appendFileSync(`${path}.1`, line(intentOf(7)));
  importJournal(database, path);
  expect(steps()).toEqual(["7:7@1"]);
});

test("a journal that was deleted and begun anew is read from its beginning, whatever its inode", () => {
  writeFileSync(path, [1, 2, 3, 4, 5].map((atMs) => line(trouble(atMs))).join(""));
  importJournal(database, path);
  // the same inode, and longer than what was read
  writeFileSync(path, [11, 12, 13, 14, 15, 16].map((atMs) => line(trouble(atMs))).join(""));
  importJournal(database, path);
  expect(eventTimes()).toEqual([1, 2, 3, 4, 5, 11, 12, 13, 14, 15, 16]);
});

test("a project that was copied goes on where it was", () => {
  writeFileSync(path, line(started) + line(trouble(2)));
  importJournal(database, path);
  writeFileSync(`${path}.copy`, readFileSync(path));
  renameSync(`${path}.copy`, path);
  expect(importJournal(database, path)).toBe(0);
});

test("a new history gets what the journal still has", () => {
  const journal = openJournal(path, { maxBytes: 500 });
  for (let pid = 2; pid < 6; pid++) journal.write(intentOf(pid));
  journal.close();
  importJournal(database, path);
  using anew = openHistory(join(directory, "anew.db"));
  expect(importJournal(anew, path)).toBe(4);
});

test("much at once, and a line that is longer than what is read at once", () => {
  const long = { ...intentOf(7), evidence: "x".repeat(600_000) };
  writeFileSync(path, line(started) + line(long) + line(trouble(3)).repeat(20_000));
  expect(importJournal(database, path)).toBe(20_002);
  // equal events of one moment are one row
  expect(eventTimes()).toEqual([1, 3]);
  expect(rows("kills")).toMatchObject([{ evidence: long.evidence }]);
});
