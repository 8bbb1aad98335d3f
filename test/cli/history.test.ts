/** `history` through the command line: what a monitor leaves, what a reader gets, and how it ends when that one has enough. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync } from "node:fs";
import { openHistory } from "../../src/history/store/open.ts";
import { openJournal } from "../../src/record/journal.ts";
import { intentOf, outcomeOf } from "../support/kill-events.ts";
import { cli, runCli, scratchProject, startMonitor, type Project } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { until } from "../support/ready.ts";
import { writeSyntheticHistory } from "../support/synthetic-history.ts";

requireNamespace();

let project: Project;
beforeEach(() => (project = scratchProject({})));
afterEach(() => project[Symbol.dispose]());

const stateOf = (name: string): string => project.state(name);
const END_MS = Date.UTC(2026, 10, 26);

/** A day of a small machine. */
function synthetic(): void {
  using database = openHistory(stateOf("history.db"));
  writeSyntheticHistory(database, { seed: 3, processes: 40, days: 1, endMs: END_MS, intervalMs: 30_000 });
}

test("what a monitor saw is there when it has stopped", async () => {
  await using monitor = await startMonitor(project);
  expect(await monitor.stop()).toBe(0);
  const { exitCode, stdout } = await runCli(["history", "export", "--json"], project);
  expect(exitCode).toBe(0);
  const found: Record<string, { type?: string }[]> = JSON.parse(stdout);
  expect(Object.keys(found)).toEqual([
    "schemaVersion",
    "at",
    "since",
    "until",
    "ticks",
    "jobs",
    "exits",
    "verdicts",
    "kills",
    "events",
  ]);
  expect(found).toMatchObject({ schemaVersion: 1, since: null, until: null, kills: [] });
  expect(found["ticks"]?.length).toBeGreaterThan(0);
  const types = found["events"]?.map(({ type }) => type);
  expect(types).toContain("started");
  expect(types).toContain("stopped");
});

test("switched off, there is none, and the command says why", async () => {
  project.writeConfig({ history: { enabled: false } });
  await using monitor = await startMonitor(project);
  expect(await monitor.stop()).toBe(0);
  expect(existsSync(stateOf("history.db"))).toBe(false);
  const { exitCode, stderr } = await runCli(["history", "export"], project);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("history.enabled is false");
});

test("switched off while the monitor runs, what was seen until then is written, and no look after that", async () => {
  await using monitor = await startMonitor(project);
  project.writeConfig({ history: { enabled: false } });
  expect(await until(() => project.events().some(({ type }) => type === "config-changed"))).toBe(true);
  expect(await monitor.stop()).toBe(0);
  using database = openHistory(stateOf("history.db"));
  const types = database.query<{ type: string }, []>("SELECT type FROM events").all();
  expect(types.map(({ type }) => type)).toContain("started");
  expect(database.query("SELECT count(*) AS n FROM ticks").get()).not.toEqual({ n: 0 });
});

test("without a monitor, a kill of the journal is in the export a moment later", async () => {
  mkdirSync(project.state(), { recursive: true, mode: 0o700 });
  const journal = openJournal(stateOf("journal.jsonl"));
  journal.write(intentOf(7));
  journal.write(outcomeOf(7, ["gone"]));
  journal.close();
  const { stdout } = await runCli(["history", "export", "--table", "kills"], project);
  expect(JSON.parse(stdout)).toMatchObject({
    kills: [
      {
        step: "7:7@1",
        evidence: "uses 2 KB",
        limitValue: 1_024,
        survivors: 0,
        outcomes: [{ result: { outcome: "gone" }, signals: ["SIGTERM"] }],
      },
    ],
  });
});

test("only the tables and the time that are asked for; a row per line on request", async () => {
  synthetic();
  const range = ["--since", "2026-11-25T10:00Z", "--until", "2026-11-25T12:00Z"];
  const { stdout } = await runCli(["history", "export", ...range, "--table", "ticks,exits"], project);
  const { ticks, exits, ...rest }: { ticks: { atMs: number }[]; exits: { atMs: number }[] } =
    JSON.parse(stdout);
  expect(Object.keys(rest)).toEqual(["schemaVersion", "at", "since", "until"]);
  expect(ticks).toHaveLength(120);
  const [from, to] = [Date.UTC(2026, 10, 25, 10), Date.UTC(2026, 10, 25, 12)];
  for (const { atMs } of [...ticks, ...exits]) expect(atMs >= from && atMs < to).toBe(true);
  expect(exits.length).toBeGreaterThan(0);
  const lines = await runCli(["history", "export", ...range, "--table", "ticks", "--jsonl"], project);
  expect(lines.stdout.trimEnd().split("\n")).toEqual(
    ticks.map((tick) => `{"table":"ticks",${JSON.stringify(tick).slice(1)}`),
  );
});

test("a reader that has enough ends it without a word", async () => {
  synthetic();
  const pipeline = `${cli.map((word) => `'${word}'`).join(" ")} history export --jsonl; echo "exit $?" >&2`;
  const child = Bun.spawn(["sh", "-c", `{ ${pipeline}; } | head -n 1`], {
    cwd: project.directory,
    env: { ...process.env, ...project.env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  expect(JSON.parse(stdout)).toMatchObject({ table: "ticks" });
  expect(stderr).toBe("exit 0\n");
});

test("info counts what there is", async () => {
  synthetic();
  const { stdout } = await runCli(["history", "info", "--json"], project);
  const info: { tables: Record<string, object>; bytesPerDay: number } = JSON.parse(stdout);
  expect(info).toMatchObject({ schemaVersion: 1, path: stateOf("history.db"), maxDays: 90 });
  expect(info.tables["ticks"]).toEqual({
    rows: 1_440,
    oldestMs: END_MS - 86_400_000,
    newestMs: END_MS - 60_000,
  });
  expect(info.bytesPerDay).toBeGreaterThan(10_000);
  const table = await runCli(["history", "info"], project);
  expect(table.stdout).toMatch(/ticks +1,440 /);
});

test.each([
  { args: ["--table", "kills,foo"], says: '--table "foo" is unknown. It takes ticks, jobs' },
  { args: ["--since", "lately"], says: '"lately" is not a time' },
])("$args is wrong usage", async ({ args, says }) => {
  const { exitCode, stdout, stderr } = await runCli(["history", "export", ...args], project);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toContain(says);
});

test("no history yet: said with the next move", async () => {
  const { exitCode, stderr } = await runCli(["history", "info"], project);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/(bun-watchdog|\.ts) monitor/);
});
