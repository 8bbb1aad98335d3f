/** One monitor per account: who runs is said, and a dead one blocks nobody. */
import { afterEach, expect, test } from "bun:test";
import { runCli, scratchProject, startMonitor, type Project } from "../support/launch.ts";
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

test("two projects with different limits: one monitor, and the second start says who runs", async () => {
  const first = project();
  const second = project({ ...UNATTENDED, processTimeoutMs: 600_000 });
  await using monitor = await startMonitor(first);
  for (const args of [["monitor"], ["monitor", "--detach"]]) {
    const refused = await runCli(args, second);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain(`pid ${monitor.pid}`);
    expect(refused.stderr).toContain(first.directory);
    expect(refused.stderr).not.toContain("    at ");
  }
  const seen = await runCli(["status", "--json"], second);
  const { limits, monitor: pid } = parse(status, seen.stdout);
  // what is in force is what the one monitor enforces, not what this project's file says
  expect({ pid, timeoutMs: limits.timeoutMs }).toEqual({
    pid: monitor.pid,
    timeoutMs: SCALED.processTimeoutMs,
  });
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
