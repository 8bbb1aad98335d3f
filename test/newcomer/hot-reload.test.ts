/** The configuration file changes while the monitor runs: limits take effect, a broken file changes nothing. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCli, scratchProject, startMonitor, type RunningMonitor } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { isAlive, until } from "../support/ready.ts";
import { dies, SCALED, seesOneDie, startRunaway } from "./scaled.ts";
import { parse, status } from "./shapes.ts";

requireNamespace();

const LONG = { ...SCALED, processTimeoutMs: 600_000 };
const SHORT = { ...SCALED, processTimeoutMs: 500 };

/** Asks from elsewhere: where the file is broken, a command says that instead. */
const elsewhere = scratchProject(SCALED);
const project = scratchProject(LONG);
const file = join(project.directory, ".kiro/bun-process-config.json");
let monitor: RunningMonitor | null = null;
beforeAll(async () => {
  monitor = await startMonitor(project);
});
afterAll(async () => {
  await monitor?.[Symbol.asyncDispose]();
  for (const each of [project, elsewhere]) each[Symbol.dispose]();
});

const said = (type: "config-changed" | "config-rejected"): number =>
  project.events().filter((event) => event.type === type).length;
const inForce = async () =>
  parse(status, (await runCli(["status", "--json"], elsewhere)).stdout).projects.find(
    ({ root }) => root === project.directory,
  );
const timeoutInForce = async (): Promise<number | null | undefined> => (await inForce())?.limits.timeoutMs;

test("a lower limit takes effect on what already runs", async () => {
  await using running = await startRunaway();
  expect(await timeoutInForce()).toBe(LONG.processTimeoutMs);
  project.writeConfig(SHORT);
  expect(await dies(running.root)).toBe(true);
  expect(await timeoutInForce()).toBe(SHORT.processTimeoutMs);
  expect(said("config-changed")).toBe(1);
});

test.each([
  ["broken JSON", "{ nonsense"],
  ["an empty file", ""],
  ["an unknown key", '{ "maxCpuUsage": 80 }'],
  ["a wrong type", '{ "processTimeoutMs": "soon" }'],
])("%s: the last good configuration stays in force, and the log says what is wrong", async (_, text) => {
  const before = said("config-rejected");
  writeFileSync(file, text);
  expect(await until(() => said("config-rejected") > before)).toBe(true);
  expect(await timeoutInForce()).toBe(SHORT.processTimeoutMs);
  expect(await seesOneDie(project, text)).toBe(true);
  expect(monitor?.output()).toContain("the last good one stays in force");
});

test("repaired, as editors do it by renaming: in force again", async () => {
  const before = said("config-changed");
  writeFileSync(`${file}.new`, JSON.stringify(LONG));
  renameSync(`${file}.new`, file);
  expect(await until(() => said("config-changed") > before)).toBe(true);
  expect(await timeoutInForce()).toBe(LONG.processTimeoutMs);
  await using bystander = await startRunaway();
  // the next change is proof that the monitor has looked meanwhile
  project.writeConfig({ ...LONG, mode: "observe" });
  expect(await until(() => said("config-changed") > before + 1)).toBe(true);
  expect(isAlive(bystander.root)).toBe(true);
});

test("a removed file does not start a massacre: nothing is enforced without one", async () => {
  const before = said("config-changed") + said("config-rejected");
  rmSync(file);
  expect(await until(() => said("config-changed") + said("config-rejected") > before)).toBe(true);
  await using bystander = await startRunaway();
  const seen = parse(status, (await runCli(["status", "--json"], elsewhere)).stdout);
  expect([await inForce(), seen.elsewhere?.mode]).toEqual([undefined, "observe"]);
  expect(isAlive(bystander.root)).toBe(true);
});
