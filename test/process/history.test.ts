/** The history among processes: importers that meet, readers beside a writer, a writer that is KILLed, a full disk. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importJournal } from "../../src/history/store/import-journal.ts";
import { openHistory } from "../../src/history/store/open.ts";
import { readRows } from "../../src/history/store/read-rows.ts";
import { writeHistory } from "../../src/history/store/bun-watchdog-history-writer.ts";
import type { Rows } from "../../src/history/chronicle/rows.ts";
import { openJournal } from "../../src/record/journal.ts";
import { readJournal } from "../support/read-journal.ts";
import { fullDisk, ownMounts } from "../support/full-disk.ts";
import { aTick, anExit, someRows } from "../support/history-rows.ts";
import { intentOf } from "../support/kill-events.ts";
import { Random } from "../support/random.ts";
import { until } from "../support/ready.ts";
import { needs } from "../support/skip.ts";

let root = "";
let state = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "bun-watchdog-history-"));
  state = join(root, "state");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const fixture = (name: string): string => join(import.meta.dir, "../fixtures", `${name}.ts`);
const ALWAYS = { sinceMs: 0, untilMs: Number.MAX_SAFE_INTEGER };

interface Started extends AsyncDisposable {
  readonly child: Bun.Subprocess<"pipe", "pipe", "inherit">;
  readonly output: () => string;
}

/** Resolves once it has printed its ready line. */
async function start(name: string, ...args: readonly string[]): Promise<Started> {
  const child = Bun.spawn([process.execPath, fixture(name), ...args], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  let text = "";
  const reading = (async () => {
    for await (const chunk of child.stdout) text += new TextDecoder().decode(chunk);
  })();
  const started: Started = {
    child,
    output: () => text,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await Promise.all([child.exited, reading]);
    },
  };
  if (!(await until(() => text.includes("ready"), 20_000, 2)))
    throw new Error(`${name} did not start: ${text}`);
  return started;
}

test("two processes that import while a third writes and puts the journal aside import everything once", async () => {
  await using first = await start("import-journal", state);
  await using second = await start("import-journal", state);
  const journal = openJournal(join(state, "journal.jsonl"), { maxBytes: 100_000 });
  const count = 1_500;
  for (let pid = 2; pid < count + 2; pid++) {
    journal.write(intentOf(pid, pid));
    // a put-aside file is kept three times: the importers must get their turn, as they do in reality
    if (pid % 100 === 0) await Bun.sleep(5);
  }
  journal.close();
  const imported = await Promise.all(
    [first, second].map(async ({ child, output }) => {
      await child.stdin.end();
      await child.exited;
      return Number(/imported (\d+)/.exec(output())?.[1]);
    }),
  );
  using database = openHistory(join(state, "history.db"));
  expect(importJournal(database, join(state, "journal.jsonl"))).toBe(0);
  expect(imported.reduce((sum, part) => sum + part, 0)).toBe(count);
  expect([...readRows(database, "kills", ALWAYS)]).toHaveLength(count);
});

/** Longer than a pragma waits, and about half of what an opening waits. */
const BEGINS = `
  import { Database } from "bun:sqlite";
  const database = new Database(process.argv[1]);
  database.run("BEGIN EXCLUSIVE");
  console.log("ready");
  Bun.sleepSync(1_400);
  database.run("COMMIT");
`;

test("a file that another process is about to begin is opened once that one has its turn", async () => {
  mkdirSync(state);
  const path = join(state, "history.db");
  await using other = Bun.spawn([process.execPath, "-e", BEGINS, path], {
    stdout: "pipe",
    stderr: "inherit",
  });
  await other.stdout.getReader().read();
  using database = openHistory(path);
  expect([...readRows(database, "kills", ALWAYS)]).toEqual([]);
  expect(await other.exited).toBe(0);
});

test("a reader sees whole transactions, one state of all tables, while a writer writes", async () => {
  await using writer = await start("history-writer", state);
  using database = openHistory(join(state, "history.db"));
  const counts = (): number[] =>
    (["ticks", "exits"] as const).map((table) => [...readRows(database, table, ALWAYS)].length);
  let last = -1;
  for (let round = 0; round < 30; round++) {
    database.run("BEGIN");
    const [ticks = 0, exits = 0] = counts();
    await Bun.sleep(2);
    const again = counts();
    database.run("COMMIT");
    // the writer puts one of each into a transaction
    expect(exits).toBe(ticks);
    expect(again).toEqual([ticks, exits]);
    expect(ticks).toBeGreaterThanOrEqual(last);
    last = ticks;
  }
  expect(await until(() => (counts()[0] ?? 0) > last)).toBe(true);
  expect(writer.output()).not.toContain("trouble");
});

const KILLS = 25;

test(`a writer KILLed ${KILLS} times amid its writes: the database is whole, no kill of the journal is missing`, async () => {
  const random = new Random(Number(process.env["BUN_WATCHDOG_TEST_SEED"] ?? 1));
  const path = join(state, "history.db");
  for (let round = 0; round < KILLS; round++) {
    {
      await using writer = await start("history-writer", state);
      await Bun.sleep(random.whole(0, 60));
      expect(writer.child.exitCode).toBeNull();
    }
    using bare = new Database(path);
    expect(bare.query("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
  }
  using database = openHistory(path);
  importJournal(database, join(state, "journal.jsonl"));
  const kills = new Map([...readRows(database, "kills", ALWAYS)].map((kill) => [kill["step"], kill]));
  const { events } = readJournal(join(state, "journal.jsonl"));
  const missing = events.filter(
    (event) =>
      (event.type === "intent" && !kills.has(event.stepId)) ||
      (event.type === "outcome" && kills.get(event.stepId)?.["endedMs"] !== event.atMs),
  );
  expect(missing).toEqual([]);
  expect(events.length).toBeGreaterThan(KILLS);
}, 120_000);

needs(ownMounts, "mount")(
  "a full disk: said, nothing thrown, and what waited is written when there is room",
  () => {
    mkdirSync(state);
    using disk = fullDisk(join(root, "disk"), 1_024);
    const path = join(root, "disk", "history.db");
    const journalPath = join(state, "journal.jsonl");
    let waiting: Rows[] = [];
    const journal = openJournal(journalPath);
    const write = (at: number): string | null => {
      journal.write(intentOf(at + 2, at));
      waiting.push(someRows({ ticks: [aTick(at * 60_000)], exits: [anExit(at + 2, at)] }));
      const { trouble } = writeHistory({ path, journalPath, rows: waiting });
      if (trouble === null) waiting = [];
      return trouble;
    };
    for (let at = 0; at < 20; at++) expect(write(at)).toMatch(/full|ENOSPC|I\/O/i);
    disk.free();
    expect(write(20)).toBeNull();
    // it fills up again while the database is open
    disk.fill();
    for (let at = 21; at < 400; at++) write(at);
    disk.free();
    expect(write(400)).toBeNull();
    using database = openHistory(path);
    expect([...readRows(database, "ticks", ALWAYS)]).toHaveLength(401);
    expect([...readRows(database, "kills", ALWAYS)]).toHaveLength(401);
    expect(database.query("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
  },
);
