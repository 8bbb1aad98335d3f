/** The monitor looks after its own records while it watches: often, on a full disk, with a history that is locked. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openHistory } from "../../src/history/store/open.ts";
import { readLedger } from "../../src/upkeep/store/ledger.ts";
import { clockAt, needsClock } from "../support/clock.ts";
import { scratchProject, startMonitor, type Project } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { until } from "../support/ready.ts";
import { needs } from "../support/skip.ts";
import { fill, projectOnDisk, tmpfs } from "./disk.ts";
import { dies, SCALED, startRunaway } from "./scaled.ts";

requireNamespace();

const EVERY_SECOND = { daily: "* * * * * *", weekly: "* * * * * *", monthly: "* * * * * *" };

const told = (project: Project, type: "maintenance" | "trouble"): readonly string[] =>
  project.events().flatMap((event) => {
    if (event.type !== type) return [];
    return [event.type === "maintenance" ? event.task : event.type === "trouble" ? event.what : ""];
  });

test("a schedule of every second: tasks run, each slot once, and runaways die meanwhile", async () => {
  using project = scratchProject({ ...SCALED, maintenance: EVERY_SECOND });
  await using monitor = await startMonitor(project, ["--yes"]);
  expect(await until(() => told(project, "maintenance").length >= 3, 80_000)).toBe(true);
  await using runaway = await startRunaway();
  expect(await dies(runaway.root)).toBe(true);
  const before = told(project, "maintenance").length;
  expect(await until(() => told(project, "maintenance").length >= before + 3, 40_000)).toBe(true);
  expect(new Set(told(project, "maintenance"))).toEqual(new Set(["daily", "weekly", "monthly"]));
  expect(told(project, "trouble")).toEqual([]);
  const log = (): string =>
    readFileSync(join(project.directory, ".kiro/logs/bun-process-monitor.log"), "utf8");
  expect(await until(() => log().includes("daily: 24 h: "))).toBe(true);
  const { daily } = readLedger(project.state("maintenance.json"));
  const slots = daily.map(({ slotMs }) => slotMs);
  expect(new Set(slots).size).toBe(slots.length);
  expect(await monitor.stop()).toBe(0);
});

needsClock(
  "off for three months: each task is made up once, a moment after the start",
  async () => {
    using project = scratchProject(SCALED);
    const start = (when: string) =>
      startMonitor({ ...project, env: { ...project.env, ...clockAt(when) } }, ["--yes"]);
    const ledger = project.state("maintenance.json");
    {
      await using first = await start("2027-01-10 12:00:00");
      expect(await until(() => existsSync(ledger), 40_000)).toBe(true);
      expect(await first.stop()).toBe(0);
    }
    expect(told(project, "maintenance")).toEqual([]);
    for (let again = 0; again < 2; again++) {
      await using monitor = await start(`2027-04-14 09:0${again}:00`);
      expect(await until(() => told(project, "maintenance").length >= 3, 80_000)).toBe(true);
      const before = readFileSync(ledger, "utf8");
      await using runaway = await startRunaway();
      expect(await dies(runaway.root)).toBe(true);
      expect(readFileSync(ledger, "utf8")).toBe(before);
      expect(await monitor.stop()).toBe(0);
    }
    expect(told(project, "maintenance")).toEqual(["daily", "weekly", "monthly"]);
    expect(told(project, "trouble")).toEqual([]);
  },
  180_000,
);

needs(tmpfs)("a full disk: nothing runs, it is said once, and it goes on when there is room", async () => {
  using project = projectOnDisk(512, { ...SCALED, maintenance: EVERY_SECOND, history: { enabled: false } });
  await using monitor = await startMonitor(project, ["--yes"]);
  expect(await until(() => told(project, "maintenance").length >= 3, 80_000)).toBe(true);
  const ballast = join(project.directory, ".kiro/ballast");
  fill(ballast);
  const said = (): number => monitor.output().split("cannot be kept in").length - 1;
  expect(await until(() => said() > 0, 40_000)).toBe(true);
  await using runaway = await startRunaway();
  expect(await dies(runaway.root)).toBe(true);
  expect(said()).toBe(1);
  const before = told(project, "maintenance").length;
  rmSync(ballast);
  expect(await until(() => told(project, "maintenance").length >= before + 3, 40_000)).toBe(true);
  expect(await monitor.stop()).toBe(0);
  expect(monitor.output()).not.toContain("    at ");
});

test("a history that is locked: said once, and nothing else is held up", async () => {
  using project = scratchProject({ ...SCALED, maintenance: { ...EVERY_SECOND, monthly: null } });
  using history = openHistory(project.state("history.db"));
  // not even readers get in
  history.run("PRAGMA locking_mode = EXCLUSIVE");
  history.run("BEGIN EXCLUSIVE");
  await using monitor = await startMonitor(project, ["--yes"]);
  const locked = (): readonly string[] => told(project, "trouble").filter((what) => what.includes("in use"));
  expect(await until(() => locked().length > 0, 40_000)).toBe(true);
  await using runaway = await startRunaway();
  expect(await dies(runaway.root)).toBe(true);
  expect(new Set(locked()).size).toBe(locked().length);
  expect(await monitor.stop()).toBe(0);
});
