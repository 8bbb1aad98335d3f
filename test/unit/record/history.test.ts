/** The file itself: who may read it, what happens when it is damaged, newer, gone, and what a monitor keeps meanwhile. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { Database } from "bun:sqlite";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openHistory } from "../../../src/record/history/open.ts";
import { readRows, type TableName } from "../../../src/record/history/read-rows.ts";
import { HistoryWriter } from "../../../src/record/history/writer.ts";
import { openJournal } from "../../../src/record/journal.ts";
import { aJob, anExit, aTick, someRows } from "../../support/history-rows.ts";
import { intentOf, outcomeOf } from "../../support/kill-events.ts";

let directory = "";
let path = "";
let journalPath = "";
let said: string[] = [];
let writers: HistoryWriter[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bun-watchdog-history-"));
  path = join(directory, "state", "history.db");
  journalPath = join(directory, "state", "journal.jsonl");
  said = [];
});
afterEach(() => {
  for (const writer of writers) writer[Symbol.dispose]();
  writers = [];
  rmSync(directory, { recursive: true, force: true });
});

const aWriter = (): HistoryWriter => {
  const writer = new HistoryWriter({ path, journalPath, complain: (what) => said.push(what) });
  writers.push(writer);
  return writer;
};

const ALWAYS = { sinceMs: 0, untilMs: Number.MAX_SAFE_INTEGER };
const read = (table: TableName): readonly object[] => {
  using database = openHistory(path);
  return [...readRows(database, table, ALWAYS)];
};
const names = (): string[] => readdirSync(join(directory, "state")).toSorted();
const mode = (file: string): number => statSync(file).mode & 0o777;

test("only its owner may read it, the write-ahead log and its index too", () => {
  const writer = aWriter();
  writer.add(someRows({ ticks: [aTick(60_000)] }));
  writer.flush();
  expect(names()).toEqual(["history.db", "history.db-shm", "history.db-wal"]);
  expect([path, `${path}-wal`, `${path}-shm`].map(mode)).toEqual([0o600, 0o600, 0o600]);
  expect(mode(join(directory, "state"))).toBe(0o700);
  writer[Symbol.dispose]();
  expect(names()).toEqual(["history.db"]);
});

test("a symbolic link is not followed", () => {
  writeFileSync(join(directory, "elsewhere"), "");
  openHistory(path)[Symbol.dispose]();
  rmSync(path);
  symlinkSync(join(directory, "elsewhere"), path);
  expect(() => openHistory(path)).toThrow("ELOOP");
  expect(readFileSync(join(directory, "elsewhere"), "utf8")).toBe("");
});

test("one of a newer version is left alone, and said", () => {
  openHistory(path)[Symbol.dispose]();
  const newer = new Database(path);
  newer.run("PRAGMA user_version = 99");
  newer.close();
  expect(() => openHistory(path)).toThrow("was written by a newer bun-watchdog (format 99");
  const writer = aWriter();
  writer.add(someRows({ ticks: [aTick(60_000)] }));
  writer.flush();
  writer.flush();
  expect(said).toHaveLength(1);
  expect(said[0]).toContain("newer bun-watchdog");
  expect(names()).toEqual(["history.db"]);
});

const garbage = "this is no database, whatever it is called ".repeat(200);

test("a reader leaves a damaged file where it is", () => {
  openHistory(path)[Symbol.dispose]();
  writeFileSync(path, garbage);
  expect(() => openHistory(path)).toThrow(`${path} is damaged`);
  expect(readFileSync(path, "utf8")).toBe(garbage);
});

test("a monitor puts a damaged file aside, says so, and begins a new one with the kills of the journal", () => {
  const journal = openJournal(journalPath);
  journal.write(intentOf(7));
  journal.write(outcomeOf(7, ["gone"]));
  journal.close();
  writeFileSync(path, garbage, { mode: 0o600 });
  const writer = aWriter();
  expect(writer.unended()).toEqual([]);
  writer.add(someRows({ exits: [anExit(9, 5_000)] }));
  writer.flush();
  const aside = names().find((name) => name.includes(".damaged-"));
  expect(readFileSync(join(directory, "state", aside ?? ""), "utf8")).toBe(garbage);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain(aside ?? "?");
  expect(read("kills")).toMatchObject([{ step: "7:7@1", survivors: 0 }]);
  expect(read("exits")).toMatchObject([{ pid: 9 }]);
});

/** Each would run, or be believed, with what we do next; the loop in them never ends. */
const ENDLESS =
  "(WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c WHERE x < 0)";
test.each<readonly [string, string]>([
  [
    "a trigger",
    `CREATE TRIGGER t AFTER INSERT ON ticks BEGIN INSERT INTO marks SELECT 'x', 'y' FROM ${ENDLESS}; END`,
  ],
  ["a view", `CREATE VIEW seen AS SELECT * FROM ${ENDLESS}`],
  [
    "a view in place of a table",
    `ALTER TABLE ticks RENAME TO other; CREATE VIEW ticks AS SELECT * FROM ${ENDLESS}`,
  ],
  ["another index", "CREATE INDEX mine ON kills (rule) WHERE length(evidence) > 1"],
  ["another column", "ALTER TABLE kills ADD COLUMN more TEXT CHECK (length(hex(zeroblob(1000000000))) > 0)"],
])("%s that this program did not make: put aside, and never run", (_name, statements) => {
  aWriter().flush();
  openHistory(path).close();
  {
    using foreign = new Database(path);
    for (const statement of statements
      .split("; CREATE VIEW ")
      .map((text, at) => (at === 0 ? text : `CREATE VIEW ${text}`)))
      foreign.run(statement);
  }
  expect(() => openHistory(path)).toThrow(/that bun-watchdog did not make/);
  const writer = aWriter();
  writer.add(someRows({ ticks: [aTick(60_000)] }));
  writer.flush();
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/did not make.* was put aside as /);
  expect(read("ticks")).toHaveLength(1);
});

test("damage that shows only while it writes costs what was in the file, not what comes", () => {
  const first = aWriter();
  first.add(someRows({ exits: Array.from({ length: 400 }, (_, pid) => anExit(pid + 2, 5_000 + pid)) }));
  first.flush();
  first[Symbol.dispose]();
  const bytes = readFileSync(path);
  bytes.fill(0x5a, 4_096 * 2);
  writeFileSync(path, bytes);
  const second = aWriter();
  second.add(someRows({ exits: [anExit(1_000, 9_000)], ticks: [aTick(60_000)] }));
  second.flush();
  second.flush();
  expect(said.filter((what) => what.includes("was put aside as"))).toHaveLength(1);
  expect(read("exits")).toMatchObject([{ pid: 1_000 }]);
});

test("a file that was removed or cut to nothing is begun anew", () => {
  const writer = aWriter();
  const write = (atMs: number): void => {
    writer.add(someRows({ ticks: [aTick(atMs)] }));
    writer.flush();
  };
  write(60_000);
  rmSync(join(directory, "state"), { recursive: true });
  write(120_000);
  expect(read("ticks")).toMatchObject([{ atMs: 120_000 }]);
  writer[Symbol.dispose]();
  truncateSync(path, 0);
  write(180_000);
  expect(read("ticks")).toMatchObject([{ atMs: 180_000 }]);
});

test("while it cannot be written the newest rows wait, a bounded number of them; said once, and when it is over", () => {
  writeFileSync(join(directory, "state"), "a file where the directory should be");
  const writer = aWriter();
  for (let at = 0; at < 6_000; at++) {
    writer.add(someRows({ exits: [anExit(at + 2, at)] }));
    if (at % 1_000 === 0) writer.flush();
  }
  expect(writer.waiting).toBe(5_000);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain("cannot be written");
  rmSync(join(directory, "state"));
  writer.flush();
  expect(said).toHaveLength(2);
  expect(said[1]).toContain("is written again; 1000 rows of it are lost");
  expect(read("exits")).toHaveLength(5_000);
});

test("a locked one is tried again", () => {
  const writer = aWriter();
  writer.add(someRows({ ticks: [aTick(60_000)] }));
  using other = openHistory(path);
  other.run("BEGIN IMMEDIATE");
  writer.flush();
  expect(said[0]).toContain("database is locked");
  other.run("COMMIT");
  writer.flush();
  expect(read("ticks")).toHaveLength(1);
});

test("a row that comes again is brought up to date; two monitors share a minute", () => {
  const writer = aWriter();
  writer.add(
    someRows({
      jobs: [aJob(7)],
      ticks: [aTick(60_000, { looks: 1, cpuPercent: 30, availableBytes: 4_000 })],
    }),
  );
  writer.flush();
  const ended = aJob(7, { endedMs: 9_000, endedBy: "cpu" });
  writer.add(someRows({ jobs: [ended], ticks: [aTick(60_000, { looks: 2, cpuPercent: 60, processes: 1 })] }));
  writer.flush();
  expect(read("jobs")).toEqual([{ ...ended }]);
  expect(read("ticks")).toMatchObject([{ looks: 3, cpuPercent: 50, processes: 3, availableBytes: 4_000 }]);
});

test("what is left as living is what the next monitor resumes, with the kill that it did not see the end of", () => {
  const journal = openJournal(journalPath);
  journal.write(intentOf(7, 5_000));
  journal.close();
  const writer = aWriter();
  writer.add(someRows({ jobs: [aJob(7), aJob(8), aJob(9, { endedMs: 3_000, endedBy: "itself" })] }));
  writer.flush();
  expect(aWriter().unended()).toEqual([
    { row: aJob(7), stoppedFor: "memory" },
    { row: aJob(8), stoppedFor: null },
  ]);
});
