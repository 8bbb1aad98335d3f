/** The product with the portable backend, end to end: what it knows, what it stops, who it leaves alone. */
import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { repository, runCli, scratchProject, startMonitor, type Project } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { isAlive, startFixture, until, type Fixture } from "../support/ready.ts";
import { needs } from "../support/skip.ts";
import { dies, SCALED, startRunaway } from "./scaled.ts";
import { cleanup, parse, status } from "./shapes.ts";
import { ageMs } from "./tree.ts";

requireNamespace();

/** A look takes a tenth of a second and more: an interval as short as the native tests' would leave time for nothing else. */
const CONFIG = { ...SCALED, monitoringIntervalMs: 1_000, protect: ["bun\\S* test "] };

const projects: Project[] = [];
const project = (config: Readonly<Record<string, unknown>> = CONFIG): Project => {
  const made = scratchProject(config);
  projects.push(made);
  return { ...made, env: { ...made.env, BUN_WATCHDOG_BACKEND: "portable" } };
};
afterEach(() => {
  for (const each of projects.splice(0)) each[Symbol.dispose]();
});

const ripeRunaway = async () => {
  const runaway = await startRunaway();
  // ages are never told to be more than they are, but may be told to be less
  await until(() => ageMs(runaway.root) > CONFIG.processTimeoutMs + 1_000);
  return runaway;
};

/** Spared from the timeout because it listens: lsof says so. */
const startServer = (): Promise<Fixture> =>
  startFixture([process.execPath, join(repository, "test/fixtures/twins/server.ts")]);

test("status: what is not known is null, and the runaway is named", async () => {
  const here = project();
  await using runaway = await ripeRunaway();
  const { stdout, exitCode } = await runCli(["status", "--check", "--json"], here);
  const seen = parse(status, stdout);
  expect({ exitCode, memoryBytes: seen.totals.memoryBytes }).toEqual({ exitCode: 1, memoryBytes: null });
  const judged = seen.processes.find(({ pid }) => pid === runaway.root.pid);
  expect(judged).toMatchObject({ memoryBytes: null, kind: "run", protected: null });
  expect(judged?.verdicts.find(({ rule }) => rule === "timeout")?.decision).toBe("runaway");
  expect(judged?.verdicts.find(({ rule }) => rule === "memory")).toMatchObject({
    value: null,
    decision: "ok",
  });
  const table = await runCli(["status"], here);
  expect(table.stdout).toContain("memory unknown");
});

needs("lsof")("cleanup: the runaway is dead, the server lives, nothing of ours is left", async () => {
  const here = project();
  await using server = await startServer();
  await using runaway = await ripeRunaway();
  const { stdout, stderr, exitCode } = await runCli(["cleanup", "--json"], here);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(parse(cleanup, stdout)).toMatchObject({
    survivors: 0,
    outcomes: [{ pid: runaway.root.pid, rule: "timeout", outcome: "gone" }],
  });
  expect([runaway, server].map(({ root }) => isAlive(root))).toEqual([false, true]);
});

needs("lsof")("monitor: one per account, stops runaways, gives its lock back however it ends", async () => {
  const here = project();
  await using server = await startServer();
  const first = await startMonitor(here);
  const again = await runCli(["monitor"], here);
  expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`pid ${first.pid}`) });
  const refused = await runCli(["monitor", "--mode", "observe"], here);
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`pid ${first.pid}`) });
  await first.kill();
  const second = await startMonitor(here, ["--yes"]);
  await using runaway = await startRunaway();
  expect(await dies(runaway.root)).toBe(true);
  expect(await until(() => here.events().some(({ type }) => type === "outcome"))).toBe(true);
  expect(await second.stop()).toBe(0);
  expect(isAlive(server.root)).toBe(true);
  expect(here.events().filter(({ type }) => type === "trouble")).toEqual([]);
});

test("a backend that does not exist is a mistake, and said", async () => {
  const here = project();
  const wrong = { ...here, env: { ...here.env, BUN_WATCHDOG_BACKEND: "windows" } };
  const { exitCode, stderr } = await runCli(["status"], wrong);
  expect(exitCode).toBe(2);
  expect(stderr).toBe(
    'error: BUN_WATCHDOG_BACKEND="windows" is unknown. It takes native or portable; unset it to let the system decide.\n',
  );
});
