/** The maintenance by the scripts, with clocks that jump, runs that are killed and two at once: each run is made once. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { parseRound } from "../../src/upkeep/companion.ts";
import type { RoundJson } from "../../src/upkeep/run.ts";
import { openHistory } from "../../src/history/store/open.ts";
import { datedLog } from "../../src/record/log-files.ts";
import { clockAt, needsClock } from "../support/clock.ts";
import { cli, type CliResult, type Project, runCli, scratchProject } from "../support/launch.ts";
import { until } from "../support/ready.ts";

let project: Project;
beforeEach(() => {
  project = scratchProject({});
});
afterEach(() => project[Symbol.dispose]());

const file = (name: string): string => join(project.directory, ".kiro", name);

/** What `maintenance <args>` says when the clock shows `at` (local time, UTC here). */
async function at(when: string, ...args: readonly string[]): Promise<CliResult> {
  const child = Bun.spawn([...cli, "maintenance", ...args], {
    cwd: project.directory,
    env: { ...process.env, ...project.env, ...clockAt(when) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  return { stdout, stderr, exitCode };
}

async function due(when: string): Promise<RoundJson> {
  const { stdout, stderr, exitCode } = await at(when, "due", "--json");
  const round = parseRound(stdout);
  if (round === null) throw new Error(`exit code ${exitCode}: ${stdout}${stderr}`);
  return round;
}

/** `task` or `task again`, in the order they ran. */
const tasks = async (when: string): Promise<string> =>
  (await due(when)).ran.map(({ task }) => task).join(" ");

const logged = (): readonly string[] =>
  project.events().flatMap((event) => (event.type === "maintenance" ? [event.task] : []));

needsClock(
  "a month in which the machine was off is made up once, whatever the clock does then",
  async () => {
    expect(await tasks("2027-01-10 12:00:00")).toBe("");
    expect(await tasks("2027-01-11 05:59:00")).toBe("");
    expect(await tasks("2027-01-11 06:00:00")).toBe("daily");
    expect(await tasks("2027-01-11 06:15:00")).toBe("weekly");
    expect(await tasks("2027-01-11 06:16:00")).toBe("");
    // three months off
    expect(await tasks("2027-04-14 09:00:00")).toBe("daily weekly monthly");
    expect(await tasks("2027-04-14 09:00:10")).toBe("");
    // back by an hour, a day, three months; and forward again
    for (const when of [
      "2027-04-14 08:00:00",
      "2027-01-11 06:20:00",
      "2027-01-10 12:30:00",
      "2027-04-14 10:00:00",
    ])
      expect([when, await tasks(when)]).toEqual([when, ""]);
    // before the beginning: nothing was missed there
    expect(await tasks("2026-06-01 12:00:00")).toBe("");
    expect(await tasks("2026-06-02 12:00:00")).toBe("daily");
    // a clock that is years ahead, once, silences nothing
    expect(await tasks("2031-05-05 12:00:00")).toBe("daily weekly monthly");
    expect(await tasks("2027-04-14 12:00:00")).toBe("");
    expect(await tasks("2027-04-15 12:00:00")).toBe("daily");
    expect(await tasks("2027-05-03 12:00:00")).toBe("daily weekly monthly");
    const all = logged();
    expect(all.filter((task) => task === "monthly")).toHaveLength(3);
    expect(all.filter((task) => task === "weekly")).toHaveLength(4);
    expect(all.filter((task) => task === "daily")).toHaveLength(6);
  },
  120_000,
);

needsClock("what is next is said, and doing it then does it", async () => {
  expect(new Date((await due("2027-01-10 12:00:00")).nextMs ?? 0).toISOString()).toBe(
    "2027-01-11T06:00:00.000Z",
  );
  const next = (await due("2027-01-11 06:00:00")).nextMs ?? 0;
  expect(new Date(next).toISOString()).toBe("2027-01-11T06:15:00.000Z");
});

needsClock("eight at once: one does it, the others stand back or find it done", async () => {
  await due("2027-01-10 12:00:00");
  const rounds = await Promise.all(Array.from({ length: 8 }, () => due("2027-03-03 12:00:00")));
  expect(rounds.flatMap(({ failed }) => failed)).toEqual([]);
  const ran = rounds.flatMap((round) => round.ran.map(({ task }) => task));
  expect(ran.toSorted()).toEqual(["daily", "monthly", "weekly"]);
  expect(logged().toSorted()).toEqual(["daily", "monthly", "weekly"]);
});

needsClock(
  "killed in the middle of a task: made up, and done once",
  async () => {
    await due("2027-01-10 12:00:00");
    const random = file("logs/bun-process-monitor-2027-01-15.log");
    mkdirSync(file("logs"), { mode: 0o700 });
    // long enough to be hit while it is compressed
    const text = Array.from(
      { length: 400_000 },
      (_, index) => `2027-01-15 line ${index} ${Math.random()}\n`,
    ).join("");
    writeFileSync(random, text);
    const child = Bun.spawn([...cli, "maintenance", "due"], {
      cwd: project.directory,
      env: { ...process.env, ...project.env, ...clockAt("2027-01-19 12:00:00") },
      stdio: ["ignore", "ignore", "ignore"],
    });
    expect(await until(() => existsSync(file("logs/bun-process-monitor.compressing")), 20_000, 1)).toBe(true);
    child.kill("SIGKILL");
    await child.exited;
    expect(readFileSync(random, "utf8") === text).toBe(true);
    // daily had ended, and is not done twice; weekly had not
    expect(await tasks("2027-01-19 12:00:10")).toBe("weekly");
    expect(await tasks("2027-01-19 12:00:20")).toBe("");
    expect(existsSync(random)).toBe(false);
    expect(new TextDecoder().decode(Bun.gunzipSync(readFileSync(`${random}.gz`))) === text).toBe(true);
  },
  120_000,
);

needsClock("by hand: it counts as the run that is due, and leaves the schedule alone otherwise", async () => {
  await due("2027-01-10 12:00:00");
  expect((await at("2027-01-10 13:00:00", "daily")).exitCode).toBe(0);
  expect((await at("2027-01-11 12:00:00", "daily")).exitCode).toBe(0);
  expect(await tasks("2027-01-11 12:30:00")).toBe("weekly");
  expect(logged()).toEqual(["daily", "daily", "weekly"]);
});

test("nothing is due at the first start, and `status` says what comes", async () => {
  const before = await runCli(["maintenance", "status"], project);
  expect(before.stdout).toContain("not yet");
  const first = await runCli(["maintenance", "due"], project);
  expect(first).toEqual({ exitCode: 0, stdout: "Nothing is due.\n", stderr: "" });
  const { stdout } = await runCli(["maintenance", "status", "--json"], project);
  expect(JSON.parse(stdout)).toMatchObject({
    schemaVersion: 1,
    tasks: [
      { task: "daily", schedule: "0 6 * * *", last: null },
      { task: "weekly", schedule: "15 6 * * 1", last: null },
      { task: "monthly", schedule: "30 6 1 * *", last: null },
    ],
  });
});

test("a schedule that cannot be used is said with its key and value, and the others run", async () => {
  project.writeConfig({ maintenance: { daily: "0 6 31 2 *", weekly: "0 99 * * *", monthly: "* * * * * *" } });
  for (const args of [
    ["config", "check"],
    ["maintenance", "status"],
    ["maintenance", "due"],
  ]) {
    const { exitCode, stderr } = await runCli(args, project);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('maintenance.daily: "0 6 31 2 *"');
    expect(stderr).toContain('maintenance.weekly: "0 99 * * *"');
    expect(stderr).not.toContain("maintenance.monthly");
  }
  expect(await until(() => logged().includes("monthly") || runSync("maintenance", "due"))).toBe(true);
});

/** Always false: for `until`, which looks at what it did. */
function runSync(...args: readonly string[]): boolean {
  Bun.spawnSync([...cli, ...args], { cwd: project.directory, env: { ...process.env, ...project.env } });
  return false;
}

const everySecond = { daily: "* * * * * *", weekly: null, monthly: null };

test("a history that is switched off, locked or broken", async () => {
  project.writeConfig({ maintenance: everySecond, history: { enabled: false } });
  const off = await runCli(["maintenance", "daily"], project);
  expect(off.stdout).toContain("there is no history (history.enabled is false)");
  expect(existsSync(project.state("history.db"))).toBe(false);
  expect((await runCli(["maintenance", "weekly"], project)).stdout).toContain("compressed");
  expect((await runCli(["maintenance", "monthly"], project)).exitCode).toBe(0);

  project.writeConfig({ maintenance: everySecond });
  {
    using history = openHistory(project.state("history.db"));
    history.run("PRAGMA locking_mode = EXCLUSIVE");
    history.run("BEGIN EXCLUSIVE");
    const locked = await runCli(["maintenance", "daily"], project);
    expect(locked.exitCode).toBe(1);
    expect(locked.stderr).toContain("in use");
    expect(locked.stderr).not.toContain("bug");
    history.run("ROLLBACK");
  }
  for (const name of readdirSync(project.state()).filter((each) => each.startsWith("history.db")))
    rmSync(project.state(name));
  writeFileSync(project.state("history.db"), "x".repeat(8_192));
  const broken = await runCli(["maintenance", "daily"], project);
  expect(broken.exitCode).toBe(0);
  expect(broken.stdout).toContain("cannot be used");
});

const DAY_MS = 86_400_000;

test("weekly: old logs go, finished ones are compressed, old journals go once the history has them", async () => {
  mkdirSync(file("logs"), { mode: 0o700 });
  mkdirSync(project.state(), { recursive: true, mode: 0o700 });
  const nowMs = Date.now();
  const log = (days: number): string => `logs/${datedLog(new Date(nowMs - days * DAY_MS))}`;
  for (const name of [log(40), `${log(30)}.gz`, log(5), log(1), log(0)])
    writeFileSync(file(name), "a line\n");
  const kill = { type: "trouble", atMs: nowMs - 10 * DAY_MS, what: "from a journal that is put aside" };
  for (const [name, days] of [
    ["journal.jsonl.1", 10],
    ["journal.jsonl.2", 100],
  ] as const) {
    writeFileSync(project.state(name), `${JSON.stringify(kill)}\n`);
    utimesSync(project.state(name), new Date(), new Date(nowMs - days * DAY_MS));
  }
  {
    using history = openHistory(project.state("history.db"));
    for (const days of [1, 80, 100, 200])
      history.run("INSERT INTO events VALUES (?, 'trouble', '{}')", [nowMs - days * DAY_MS]);
  }
  const { stdout, exitCode } = await runCli(["maintenance", "weekly"], project);
  expect(exitCode).toBe(0);
  expect(stdout).toBe(
    "weekly: 2 logs over 14 days removed; 1 log compressed (7 bytes to 27 bytes); " +
      "2 rows of the history over 90 days removed; 1 put-aside journal over 90 days removed\n",
  );
  const left = readdirSync(file("logs")).filter((name) => /\d{4}-/.test(name));
  expect(left.map((name) => `logs/${name}`).toSorted()).toEqual([`${log(5)}.gz`, log(1), log(0)].toSorted());
  expect(existsSync(project.state("journal.jsonl.1"))).toBe(true);
  expect(existsSync(project.state("journal.jsonl.2"))).toBe(false);
  using history = openHistory(project.state("history.db"));
  expect(history.query("SELECT count(*) AS n FROM events WHERE event LIKE '%put aside%'").get()).toEqual({
    n: 1,
  });
});

test("the monthly review is a page beside the log that only its owner reads", async () => {
  const { stdout, exitCode } = await runCli(["maintenance", "monthly"], project);
  expect(exitCode).toBe(0);
  const name = readdirSync(file("logs")).find((each) => each.endsWith(".md")) ?? "";
  expect(name).toMatch(/^bun-process-review-\d{4}-\d{2}\.md$/);
  expect(stdout).toContain(name);
  expect(statSync(file(`logs/${name}`)).mode & 0o777).toBe(0o600);
  // one headline; the rest is no markup, whatever a process calls itself
  const page = readFileSync(file(`logs/${name}`), "utf8");
  expect(page).toMatch(/^# Bun processes, as watched from .+\n\n(?: {4}.*\n)+$/u);
});
