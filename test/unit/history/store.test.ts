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
import { openHistory, openToRead } from "../../../src/history/store/open.ts";
import { readRows, type TableName } from "../../../src/history/store/read-rows.ts";
import { writeHistory, type HistoryAnswer } from "../../../src/history/store/bun-watchdog-history-writer.ts";
import { openJournal } from "../../../src/record/journal.ts";
import { aJob, anExit, aTick, someRows } from "../../support/history-rows.ts";
import { intentOf, outcomeOf } from "../../support/kill-events.ts";

let directory = "";
let path = "";
let journalPath = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bun-watchdog-history-"));
  path = join(directory, "state", "history.db");
  journalPath = join(directory, "state", "journal.jsonl");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const write = (rows: Parameters<typeof someRows>[0] | null): HistoryAnswer =>
  writeHistory({ path, journalPath, rows: rows === null ? null : [someRows(rows)] });

const ALWAYS = { sinceMs: 0, untilMs: Number.MAX_SAFE_INTEGER };
const read = (table: TableName): readonly object[] => {
  using database = openHistory(path);
  return [...readRows(database, table, ALWAYS)];
};
const names = (): string[] => readdirSync(join(directory, "state")).toSorted();
const mode = (file: string): number => statSync(file).mode & 0o777;

test("only its owner may read it, the write-ahead log and its index too", () => {
  write({ ticks: [aTick(60_000)] });
  expect(names()).toEqual(["history.db"]);
  using database = openHistory(path);
  database.run("DELETE FROM ticks");
  expect(names()).toEqual(["history.db", "history.db-shm", "history.db-wal"]);
  expect([path, `${path}-wal`, `${path}-shm`].map(mode)).toEqual([0o600, 0o600, 0o600]);
  expect(mode(join(directory, "state"))).toBe(0o700);
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
  expect(write({ ticks: [aTick(60_000)] }).trouble).toContain("newer bun-watchdog");
  expect(names()).toEqual(["history.db"]);
});

const garbage = "this is no database, whatever it is called ".repeat(200);

test("who only reads makes nothing, changes nothing, and believes no more than the others", () => {
  expect(openToRead(path)).toBeNull();
  expect(readdirSync(directory)).toEqual([]);
  write({ ticks: [aTick(60_000)] });
  using reader = openToRead(path);
  expect(reader?.query("SELECT at_ms FROM ticks").all()).toEqual([{ at_ms: 60_000 }]);
  expect(() => reader?.run("DELETE FROM ticks")).toThrow("readonly");
  // while it reads, a monitor writes
  write({ ticks: [aTick(120_000)] });
  expect(reader?.query("SELECT at_ms FROM ticks").all()).toHaveLength(2);
  using writer = openHistory(path);
  writer.run("CREATE VIEW offenders AS SELECT 1");
  expect(() => openToRead(path)).toThrow("did not make");
});

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
  const { unended, said } = write(null);
  expect(unended).toEqual([]);
  expect(write({ exits: [anExit(9, 5_000)] })).toMatchObject({ trouble: null, said: [] });
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
  write({});
  {
    using foreign = new Database(path);
    for (const statement of statements
      .split("; CREATE VIEW ")
      .map((text, at) => (at === 0 ? text : `CREATE VIEW ${text}`)))
      foreign.run(statement);
  }
  expect(() => openHistory(path)).toThrow(/that bun-watchdog did not make/);
  const { said } = write({ ticks: [aTick(60_000)] });
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/did not make.* was put aside as /);
  expect(read("ticks")).toHaveLength(1);
});

test("damage that shows only while it writes costs what was in the file, not what comes", () => {
  write({ exits: Array.from({ length: 400 }, (_, pid) => anExit(pid + 2, 5_000 + pid)) });
  const bytes = readFileSync(path);
  bytes.fill(0x5a, 4_096 * 2);
  writeFileSync(path, bytes);
  const { trouble, said } = write({ exits: [anExit(1_000, 9_000)], ticks: [aTick(60_000)] });
  expect([trouble, said]).toEqual([null, [expect.stringContaining("was put aside as")]]);
  expect(read("exits")).toMatchObject([{ pid: 1_000 }]);
});

test("a file that was removed or cut to nothing is begun anew", () => {
  write({ ticks: [aTick(60_000)] });
  rmSync(join(directory, "state"), { recursive: true });
  write({ ticks: [aTick(120_000)] });
  expect(read("ticks")).toMatchObject([{ atMs: 120_000 }]);
  truncateSync(path, 0);
  write({ ticks: [aTick(180_000)] });
  expect(read("ticks")).toMatchObject([{ atMs: 180_000 }]);
});

test("a locked one is tried again", () => {
  using other = openHistory(path);
  other.run("BEGIN IMMEDIATE");
  expect(write({ ticks: [aTick(60_000)] })).toMatchObject({ trouble: "database is locked", said: [] });
  other.run("COMMIT");
  expect(write({ ticks: [aTick(60_000)] }).trouble).toBeNull();
  expect(read("ticks")).toHaveLength(1);
});

test("a row that comes again is brought up to date; two monitors share a minute", () => {
  write({ jobs: [aJob(7)], ticks: [aTick(60_000, { looks: 1, cpuPercent: 30, availableBytes: 4_000 })] });
  const ended = aJob(7, { endedMs: 9_000, endedBy: "cpu" });
  write({ jobs: [ended], ticks: [aTick(60_000, { looks: 2, cpuPercent: 60, processes: 1 })] });
  expect(read("jobs")).toEqual([{ ...ended }]);
  expect(read("ticks")).toMatchObject([{ looks: 3, cpuPercent: 50, processes: 3, availableBytes: 4_000 }]);
});

test("what is left as living is what the next monitor resumes, with the kill that it did not see the end of", () => {
  const journal = openJournal(journalPath);
  journal.write(intentOf(7, 5_000));
  journal.close();
  write({ jobs: [aJob(7), aJob(8), aJob(9, { endedMs: 3_000, endedBy: "itself" })] });
  expect(write(null).unended).toEqual([
    { row: aJob(7), stoppedFor: "memory" },
    { row: aJob(8), stoppedFor: null },
  ]);
});
