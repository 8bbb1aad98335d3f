/** A first run without any configuration file: it only observes, and says so. */
import { afterEach, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCli, scratchProject, startMonitor, type Project } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { isAlive, until, type Fixture } from "../support/ready.ts";
import { startRunaway } from "./scaled.ts";
import { cleanup, parse, status } from "./shapes.ts";

requireNamespace();

/** Two more than the default of three. */
const CROWD = 5;

const projects: Project[] = [];
const crowd: Fixture[] = [];
afterEach(async () => {
  for (const each of crowd.splice(0)) await each[Symbol.asyncDispose]();
  for (const each of projects.splice(0)) each[Symbol.dispose]();
});

async function crowdedProject(): Promise<Project> {
  const project = scratchProject(null);
  projects.push(project);
  writeFileSync(join(project.directory, "package.json"), "{}");
  for (let i = 0; i < CROWD; i++) crowd.push(await startRunaway(String(i)));
  // a home directory is no project
  const env = { HOME: join(project.directory, "home"), BUN_WATCHDOG_CONCURRENCY_MIN_AGE_MS: "0" };
  return { ...project, env: { ...project.env, ...env } };
}

test("cleanup names what is too much, sends nothing, and says how to change that", async () => {
  const project = await crowdedProject();
  const run = await runCli(["cleanup"], project);
  expect(run.exitCode).toBe(0);
  expect(run.stdout).toContain("nothing was sent");
  expect(run.stdout).toContain("observe");
  const report = parse(cleanup, (await runCli(["cleanup", "--json"], project)).stdout);
  expect(report).toMatchObject({ mode: "observe", outcomes: [], survivors: 0 });
  expect(report.plan).not.toEqual([]);
  expect(crowd.filter(({ root }) => !isAlive(root))).toEqual([]);
});

test("status says that there is no file, and that it only observes", async () => {
  const project = await crowdedProject();
  const { stdout } = await runCli(["status"], project);
  expect(stdout).toContain("no configuration file");
  expect(stdout).toContain("Observing");
  const seen = parse(status, (await runCli(["status", "--json"], project)).stdout);
  expect(seen).toMatchObject({ mode: "observe", config: null, monitor: null, scope: "nearest" });
});

test("the monitor only reports, whatever environment variables make of the limits", async () => {
  const project = await crowdedProject();
  const env = {
    ...project.env,
    BUN_WATCHDOG_MONITORING_INTERVAL_MS: "200",
    BUN_WATCHDOG_PROCESS_TIMEOUT_MS: "500",
  };
  await using monitor = await startMonitor({ ...project, env }, ["--yes"]);
  const reported = (): number => project.events().filter(({ type }) => type === "held-back").length;
  expect(await until(() => reported() >= CROWD)).toBe(true);
  expect(monitor.output()).toContain("only reports");
  expect(crowd.filter(({ root }) => !isAlive(root))).toEqual([]);
  expect(project.events().filter(({ type }) => type === "intent")).toEqual([]);
});
