/** A clean-up in a git hook says nothing and loads nothing where no other Bun program of the project runs. */
import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { isAlone } from "../../src/cli/hook/alone.ts";
import { isPlainHook } from "../../src/cli/main.ts";
import { runCli, scratchProject } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { isAlive, startFixture, until } from "../support/ready.ts";
import { fixture } from "./bystander.ts";
import { ageMs } from "./tree.ts";

requireNamespace();

describe("a plain clean-up in a hook", () => {
  test.each<[readonly string[], Readonly<Record<string, string>>, boolean]>([
    [["cleanup"], { GIT_INDEX_FILE: "x" }, true],
    [["cleanup"], { GIT_DIR: ".git" }, true],
    [["cleanup", "--hook"], {}, true],
    [["cleanup"], {}, false],
    [["cleanup", "--json"], { GIT_DIR: ".git" }, false],
    [["cleanup", "--hook", "--strict"], {}, false],
    [["status"], { GIT_DIR: ".git" }, false],
  ])("%j with %j: %p", (argv, env, expected) => expect(isPlainHook(argv, env)).toBe(expected));
});

const LIMITS = { processTimeoutMs: 600, monitoringIntervalMs: 300, killGraceMs: 1_000, armTicks: 0 };
const HOOK = { GIT_DIR: ".git" };

const inHook = (project: ReturnType<typeof scratchProject>) =>
  runCli(["cleanup"], { ...project, env: { ...project.env, ...HOOK } });

const sleeper = [process.execPath, fixture("sleeper.ts")];

test("alone is who has no other Bun program in the project, wherever others run", async () => {
  using here = scratchProject(LIMITS);
  using there = scratchProject(LIMITS);
  await using elsewhere = await startFixture(sleeper, { cwd: there.directory });
  expect(isAlive(elsewhere.root)).toBe(true);
  expect(isAlone(here.directory)).toBe(true);
  const below = join(here.directory, "packages", "a");
  mkdirSync(below, { recursive: true });
  await using inside = await startFixture(sleeper, { cwd: below });
  expect(isAlive(inside.root)).toBe(true);
  expect(isAlone(here.directory)).toBe(false);
  // a package of the project is the project
  expect(isAlone(join(here.directory, "packages"))).toBe(false);
});

test("what is over a limit elsewhere is none of a commit's business, and nothing is said", async () => {
  using here = scratchProject({ ...LIMITS, processTimeoutMs: 60_000 });
  using there = scratchProject(LIMITS);
  await using old = await startFixture(sleeper, { cwd: there.directory });
  // in the project, and within its limits: the whole program looks
  await until(() => ageMs(old.root) > LIMITS.processTimeoutMs);
  await using young = await startFixture(sleeper, { cwd: here.directory });
  expect(await inHook(here)).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
  expect([old, young].map(({ root }) => isAlive(root))).toEqual([true, true]);
});

test("what is over a limit in the project is stopped, and its folder is named", async () => {
  using here = scratchProject(LIMITS);
  const folder = join(here.directory, "packages");
  mkdirSync(folder);
  await using old = await startFixture(sleeper, { cwd: folder });
  await until(() => ageMs(old.root) > LIMITS.processTimeoutMs);
  const run = await inHook(here);
  expect(run.exitCode).toBe(0);
  expect(run.stdout).toContain("in ~/packages");
  expect(isAlive(old.root)).toBe(false);
});

test("a mistake in the configuration is said, though nobody is there", async () => {
  using here = scratchProject({ procesTimeoutMs: 1 });
  const run = await inHook(here);
  expect(run.stderr).toContain("processTimeoutMs");
});

test("what ran before the project had limits has its reprieve", async () => {
  using here = scratchProject({});
  await using old = await startFixture(sleeper, { cwd: here.directory });
  await until(() => ageMs(old.root) > LIMITS.processTimeoutMs);
  here.writeConfig({ ...LIMITS, monitoringIntervalMs: 10_000, armTicks: 3 });
  const run = await inHook(here);
  expect(run.stdout).toContain("left alone");
  expect(isAlive(old.root)).toBe(true);
});
