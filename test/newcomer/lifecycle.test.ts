/** One monitor per account: who runs is said, and a dead one blocks nobody. */
import { afterEach, expect, test } from "bun:test";
import { runCli, scratchProject, startMonitor, workIn, type Project } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { readStat } from "../support/proc.ts";
import { isAlive, until } from "../support/ready.ts";
import { dies, SCALED, startRunaway } from "./scaled.ts";
import { parse, status } from "./shapes.ts";

requireNamespace();

/** A detached monitor has no ancestor here: without this it would take the running test for a runaway test. */
const UNATTENDED = { ...SCALED, protect: ["bun\\S* test "] };

const projects: Project[] = [];
const project = (config: Readonly<Record<string, unknown>> = UNATTENDED): Project => {
  const made = scratchProject(config);
  projects.push(made);
  return made;
};
afterEach(async () => {
  for (const each of projects) await runCli(["monitor", "--stop"], each);
  for (const each of projects.splice(0)) each[Symbol.dispose]();
});

/** Pid of the monitor that answers; null when none does. */
async function watching(from: Project): Promise<number | null> {
  const { stdout } = await runCli(["status", "--json"], from);
  return parse(status, stdout).monitor;
}

test("two projects with different limits: one monitor keeps both, and the second start says so", async () => {
  const first = project();
  const second = project({ ...UNATTENDED, processTimeoutMs: 600_000 });
  await using monitor = await startMonitor(first);
  await using spared = await startRunaway();
  for (const [args, words] of [
    [["monitor"], "now keeps this project's limits"],
    [["monitor", "--detach"], "now keeps this project's limits"],
  ] as const) {
    const told = await runCli(args, second);
    expect(told).toMatchObject({ exitCode: 0, stderr: "" });
    for (const part of [words, `pid ${monitor.pid}`, first.directory]) expect(told.stdout).toContain(part);
  }
  workIn(first);
  await using runaway = await startRunaway();
  expect(await dies(runaway.root)).toBe(true);
  expect(isAlive(spared.root)).toBe(true);
  const seen = parse(status, (await runCli(["status", "--json"], second)).stdout);
  expect([seen.monitor, seen.limits.timeoutMs]).toEqual([monitor.pid, 600_000]);
  expect(seen.jobs.find(({ root }) => root === spared.root.pid)?.project).toBe(second.directory);
  // where it was started it keeps them already; what it does not do is no success
  for (const [args, exitCode, words] of [
    [["monitor", "--detach"], 0, "The running monitor keeps this project's limits"],
    [["monitor"], 0, "The running monitor keeps this project's limits"],
    [["monitor", "--mode", "observe"], 1, "A monitor already runs"],
  ] as const) {
    const again = await runCli(args, first);
    expect(again.exitCode).toBe(exitCode);
    expect(again.stdout + again.stderr).toContain(words);
    expect(again.stdout + again.stderr).toContain(`pid ${monitor.pid}`);
    expect(again.stderr).not.toContain("    at ");
  }
});

/** The log is written in the background. */
async function waitsFor(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await condition())) if (performance.now() > deadline) throw new Error("it did not come true");
}

test.each(["nearest", "user", "project"])(
  "a monitor with scope %s is found without saying so: status, logs, --restart, --stop",
  async (scope) => {
    const here = project();
    const monitor = await startMonitor(here, ["--scope", scope]);
    expect(await watching(here)).toBe(monitor.pid);
    await waitsFor(async () => (await runCli(["logs"], here)).stdout.includes(`pid ${monitor.pid}`));
    expect((await runCli(["monitor", "--restart"], here)).exitCode).toBe(0);
    expect(await monitor.exited).toBe(0);
    const stopped = await runCli(["monitor", "--stop", "--scope", "user"], here);
    expect(stopped.stdout).toContain("Stopped: pid ");
    expect(await watching(here)).toBeNull();
  },
);

test("scope project looks nowhere else", async () => {
  const other = project();
  await using outside = await startRunaway();
  const here = project();
  await using inside = await startRunaway();
  await using _ = await startMonitor(here, ["--scope", "project", "--yes"]);
  expect(await dies(inside.root)).toBe(true);
  const seen = parse(status, (await runCli(["status", "--json"], here)).stdout);
  expect(seen.processes.map(({ pid }) => pid)).not.toContain(outside.root.pid);
  expect(isAlive(outside.root)).toBe(true);
  expect(await watching(other)).toBeNull();
});

test("--detach watches when it returns, stops runaways, and --stop ends it", async () => {
  const here = project();
  const started = await runCli(["monitor", "--detach"], here);
  expect(started).toMatchObject({ exitCode: 0, stderr: "" });
  const pid = await watching(here);
  expect(started.stdout).toContain(`pid ${pid}`);
  await using runaway = await startRunaway();
  expect(await dies(runaway.root)).toBe(true);

  const other = project();
  const stopped = await runCli(["monitor", "--stop"], other);
  expect(stopped).toMatchObject({ exitCode: 0, stderr: "" });
  expect(stopped.stdout).toContain(`pid ${pid}`);
  expect(await until(() => readStat(pid ?? 0) === null)).toBe(true);
  expect(await runCli(["monitor", "--stop"], here)).toMatchObject({
    exitCode: 0,
    stdout: "No monitor runs.\n",
  });
});

test("--restart replaces the running one, and starts one where none ran", async () => {
  const here = project();
  expect((await runCli(["monitor", "--restart"], here)).exitCode).toBe(0);
  const before = await watching(here);
  expect(before).not.toBeNull();
  expect((await runCli(["monitor", "--restart"], here)).exitCode).toBe(0);
  const after = await watching(here);
  expect(after).not.toBeNull();
  expect(after).not.toBe(before);
  expect(readStat(before ?? 0)).toBeNull();
});

test("a monitor that was SIGKILLed blocks nobody: the next start works at once", async () => {
  const here = project();
  const killed = await startMonitor(here);
  await killed.kill();
  expect(await watching(here)).toBeNull();
  await using next = await startMonitor(here);
  expect(await watching(here)).toBe(next.pid);
  await using runaway = await startRunaway();
  expect(await dies(runaway.root)).toBe(true);
});

test("SIGTERM ends it with 0, and what it watched lives on", async () => {
  const here = project({ ...UNATTENDED, processTimeoutMs: 600_000 });
  await using bystander = await startRunaway();
  const monitor = await startMonitor(here);
  expect(await monitor.stop()).toBe(0);
  expect(isAlive(bystander.root)).toBe(true);
  expect(here.events().at(-1)?.type).toBe("stopped");
});
