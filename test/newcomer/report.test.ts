/** `report` over what a real monitor recorded, and over a synthetic history; both forms say the same. */
import { afterAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { openHistory } from "../../src/history/store/open.ts";
import { runCli, scratchProject, startMonitor, type Project } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { until } from "../support/ready.ts";
import { writeSyntheticHistory } from "../support/synthetic-history.ts";
import { SCALED, seesOneDie, startRunaway } from "./scaled.ts";
import { parse } from "./shapes.ts";
import { report } from "./report-shape.ts";
import { ageMs } from "./tree.ts";

requireNamespace();

const projects: Project[] = [];
const project = (config: Parameters<typeof scratchProject>[0] = SCALED): Project => {
  const made = scratchProject(config);
  projects.push(made);
  return made;
};
afterAll(() => {
  for (const each of projects) each[Symbol.dispose]();
});

const json = async (from: Project, ...args: readonly string[]): Promise<v.InferOutput<typeof report>> => {
  const run = await runCli(["report", "--json", ...args], from);
  expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  return parse(report, run.stdout);
};

test("without a history: exit 1, and what to do", async () => {
  const run = await runCli(["report"], project());
  expect(run).toMatchObject({ exitCode: 1, stdout: "" });
  expect(run.stderr).toContain("no history");
  expect(run.stderr).toMatch(/(bun-watchdog|\.ts) monitor/);
});

test("what a monitor that was started elsewhere stopped is told where it happened, during and after", async () => {
  const [first, second] = [project(), project()];
  // of one account
  const here: Project = { ...second, env: first.env };
  await using monitor = await startMonitor(first, ["--yes"]);
  expect(await seesOneDie(first)).toBe(true);
  const told = await runCli(["report"], here);
  expect(told).toMatchObject({ exitCode: 0, stderr: "" });
  expect(told.stdout).toContain(
    `From the records of the monitor ${monitor.pid}, which keeps this project too.`,
  );
  expect((await json(here)).totals.stops).toBe(1);
  expect((await runCli(["history", "info"], here)).stdout).toContain(first.state("history.db"));
  // the line is written by a process of its own, up to some seconds after the kill
  const file = join(first.directory, ".kiro/logs/bun-process-monitor.log");
  expect(await until(() => readFileSync(file, "utf8").includes("stopped"))).toBe(true);
  expect((await runCli(["logs"], here)).stdout).toContain("stopped");
  await monitor.stop();
  expect((await json(here)).totals.stops).toBe(1);
  expect((await json(here, "--project", first.directory)).totals.stops).toBe(0);
  expect((await runCli(["report"], here)).stdout).toContain("a monitor that was started elsewhere");
});

test("what a monitor killed is in the report while it still runs, and after", async () => {
  const here = project();
  await using monitor = await startMonitor(here);
  expect((await runCli(["report"], here)).exitCode).toBe(0);
  expect(await seesOneDie(here)).toBe(true);

  const during = await json(here);
  expect(during.totals).toMatchObject({ stops: 1, survivors: 0, stopsByRule: { timeout: 1 } });
  expect(during.stopped).toMatchObject([{ rule: "timeout", stops: 1 }]);
  const intent = here.events().find(({ type }) => type === "intent");
  if (intent?.type !== "intent") throw new Error("the journal has no intent");
  expect(during.stopped[0]).toMatchObject({ command: intent.victim.command, evidence: intent.evidence });
  expect(during.offenders.commands[0]).toMatchObject({ name: intent.victim.command, stops: 1 });

  expect(await monitor.stop()).toBe(0);
  const after = await json(here);
  expect(after.totals.watchedMs).toBeGreaterThan(0);
  expect(after.totals.monitorStarts).toBe(1);
  const text = (await runCli(["report"], here)).stdout;
  expect(text).toContain("1 runaway stopped, none survived.");
  expect(text).toContain(intent.evidence);
  expect(text).toContain("sleeper.ts");
});

test("a clean-up without a monitor is in it as well", async () => {
  const here = project();
  await using runaway = await startRunaway();
  await until(() => ageMs(runaway.root) > SCALED.processTimeoutMs);
  expect((await runCli(["cleanup"], here)).exitCode).toBe(0);
  const { totals, historyBeganMs } = await json(here);
  expect(totals).toMatchObject({ stops: 1, watchedMs: 0 });
  expect(historyBeganMs).not.toBeNull();
  expect((await runCli(["report"], here)).stdout).toContain("No monitor watched in that time.");
});

test("a synthetic history: the text is a rendering of the same report", async () => {
  const here = project({ maxConcurrentProcesses: 100 });
  const endMs = Date.now();
  {
    using database = openHistory(here.state("history.db"));
    writeSyntheticHistory(database, { seed: 7, processes: 40, days: 2, endMs, intervalMs: 30_000 });
  }
  const flags = ["--since", "2d", "--top", "3"];
  const found = await json(here, ...flags);
  expect(found.totals.stops).toBeGreaterThan(3);
  expect(found.stopped.length).toBeLessThanOrEqual(3);
  expect(found.days.reduce((sum, { stops }) => sum + stops, 0)).toBe(found.totals.stops);
  expect(Object.values(found.totals.stopsByRule).reduce((a, b) => a + b, 0)).toBe(found.totals.stops);
  const { stdout } = await runCli(["report", ...flags], here);
  expect(stdout).toContain(`${found.totals.stops} runaways stopped`);
  for (const { evidence, command } of found.stopped) {
    expect(stdout).toContain(evidence);
    expect(stdout).toContain(command);
  }
  for (const { limit } of found.advice) expect(["concurrency", "cpu", "memory", "timeout"]).toContain(limit);
  expect(stdout).toMatch(/^stopped +[▁▂▃▄▅▆▇█ ]+\d+/mu);
  expect(stdout).not.toContain("\u001B");

  const one = await json(here, "--since", "2d", "--project", "/home/someone/tools");
  const own = found.offenders.projects.find(({ name }) => name === "/home/someone/tools");
  if (own !== undefined) expect(one.totals.stops).toBe(own.stops);
  expect(one.offenders.projects.map(({ name }) => name)).toEqual(
    one.totals.stops > 0 ? ["/home/someone/tools"] : [],
  );
  expect(one.advice.filter(({ command }) => command === null)).toEqual([]);
});

test.each([
  [["--since", "soon"], "soon"],
  [["--since", "1d", "--until", "2d"], "not before"],
  [["--top", "-1"], "-1"],
  [["--sinze", "1d"], "--since"],
])("usage error %j is exit 2 and names %s", async (args, named) => {
  const run = await runCli(["report", ...args], project());
  expect(run).toMatchObject({ exitCode: 2, stdout: "" });
  expect(run.stderr).toContain(named);
});
