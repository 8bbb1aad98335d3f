/** The monitor's side of the history: rows wait until they are on the disk, whatever happens to whoever writes them. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openClerk, type HistoryClerk } from "../../src/history/store/clerk.ts";
import { openHistory } from "../../src/history/store/open.ts";
import { readRows, type TableName } from "../../src/history/store/read-rows.ts";
import { openJournal } from "../../src/record/journal.ts";
import { aJob, anExit, aTick, someRows } from "../support/history-rows.ts";
import { intentOf, outcomeOf } from "../support/kill-events.ts";

let directory = "";
let said: string[] = [];
const at = (name: string): string => join(directory, name);
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bun-watchdog-clerk-"));
  chmodSync(directory, 0o700);
  said = [];
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const aClerk = (): HistoryClerk =>
  openClerk({
    path: at("history.db"),
    journalPath: at("journal.jsonl"),
    complain: (what) => said.push(what),
  });

const read = (table: TableName): readonly object[] => {
  using database = openHistory(at("history.db"));
  return [...readRows(database, table, { sinceMs: 0, untilMs: Number.MAX_SAFE_INTEGER })];
};

test("rows are written with the journal's kills, and none waits then", async () => {
  const journal = openJournal(at("journal.jsonl"));
  journal.write(intentOf(7));
  journal.write(outcomeOf(7, ["gone"]));
  journal.close();
  const clerk = aClerk();
  expect(await clerk.unended()).toEqual([]);
  clerk.add(someRows({ ticks: [aTick(60_000)], exits: [anExit(9, 5_000)] }));
  await clerk.flush();
  expect([clerk.waiting(), said]).toEqual([0, []]);
  expect(read("ticks")).toHaveLength(1);
  expect(read("exits")).toMatchObject([{ pid: 9 }]);
  expect(read("kills")).toMatchObject([{ step: "7:7@1", survivors: 0 }]);
});

test("what one monitor left as living is what the next one is told", async () => {
  const first = aClerk();
  first.add(someRows({ jobs: [aJob(5)] }));
  await first.close();
  expect(await aClerk().unended()).toMatchObject([{ row: { id: "5:5" }, stoppedFor: null }]);
});

test("while it cannot be written rows wait, which is said once, and once when it is over", async () => {
  mkdirSync(at("history.db"));
  const clerk = aClerk();
  for (const minute of [1, 2, 3]) {
    clerk.add(someRows({ ticks: [aTick(minute * 60_000)] }));
    await clerk.flush();
  }
  expect(clerk.waiting()).toBe(3);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain("cannot be written");
  rmSync(at("history.db"), { recursive: true });
  await clerk.flush();
  expect(clerk.waiting()).toBe(0);
  expect(said.slice(1)).toEqual([`the history ${at("history.db")} is written again`]);
  expect(read("ticks")).toHaveLength(3);
});

test("rows that wait are bounded, and those that were lost are counted", async () => {
  mkdirSync(at("history.db"));
  const clerk = aClerk();
  for (let each = 0; each < 6; each++)
    clerk.add(someRows({ exits: Array.from({ length: 1_000 }, (_, pid) => anExit(pid + 2, each)) }));
  expect(clerk.waiting()).toBe(5_000);
  rmSync(at("history.db"), { recursive: true });
  await clerk.flush();
  expect(said).toEqual([expect.stringContaining("1000 rows of it are lost")]);
});

test("a damaged file is put aside by whoever writes, and it is said here", async () => {
  writeFileSync(at("history.db"), "x".repeat(8_192), { mode: 0o600 });
  const clerk = aClerk();
  clerk.add(someRows({ ticks: [aTick(60_000)] }));
  await clerk.flush();
  expect(said).toEqual([expect.stringContaining("was put aside as")]);
  expect(clerk.waiting()).toBe(0);
});

test("a FIFO in its place is waited for by nobody", async () => {
  Bun.spawnSync(["mkfifo", at("history.db")]);
  const clerk = aClerk();
  expect(await clerk.unended()).toEqual([]);
  expect(said).toEqual([expect.stringContaining("named pipe")]);
});
