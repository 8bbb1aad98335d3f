/** `stop <pid>`: what is pointed at ends with what hangs on it, and nothing else is touched. */
import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { cli, repository, runCli, scratchProject, startMonitor, type CliResult } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { isAlive, readStat, startFixture, until, type Fixture } from "../support/ready.ts";
import { openScreen } from "../support/screen.ts";
import { needs, root as asRoot } from "../support/skip.ts";
import { reusePid } from "../zoo/reuse-pid.ts";
import { fixture } from "./bystander.ts";
import { startRunaway } from "./scaled.ts";
import { parse, stop as stopped } from "./shapes.ts";

requireNamespace();

/** Nothing runs away here by itself, and nothing is stopped by the watchdog's own decision. */
const CALM = {
  mode: "observe",
  processTimeoutMs: 3_600_000,
  maxConcurrentProcesses: 50,
  killGraceMs: 1_000,
  protect: ["precious"],
};
const project = scratchProject(CALM);
afterAll(() => project[Symbol.dispose]());

const stop = (...args: readonly string[]): Promise<CliResult> => runCli(["stop", ...args], project);
const pidOf = ({ root }: Fixture): string => String(root.pid);
const killFixture = (name: string): string => join(repository, "test/fixtures/kill", name);

test("by itself: the process and what hangs on it are dead, a bystander lives", async () => {
  await using tree = await startFixture([process.execPath, killFixture("tree.ts")]);
  await using bystander = await startRunaway("bystander");
  const run = await stop(pidOf(tree), "--yes", "--json");
  expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  const said = parse(stopped, run.stdout);
  expect(said).toMatchObject({ dryRun: false, monitor: null, refused: [], survivors: 0 });
  expect(said.plan[0]?.targets).toEqual(expect.arrayContaining(tree.pids.map((each) => each.pid)));
  expect(tree.pids.filter(isAlive)).toEqual([]);
  expect(isAlive(bystander.root)).toBe(true);
  expect(project.events().map(({ type }) => type)).toEqual(["intent", "outcome"]);
});

test("a running monitor carries it out, in observe mode too", async () => {
  await using victim = await startRunaway("asked of the monitor");
  await using monitor = await startMonitor(project);
  const run = await stop(pidOf(victim), "--yes", "--json");
  expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  expect(parse(stopped, run.stdout)).toMatchObject({
    monitor: monitor.pid,
    outcomes: [{ pid: victim.root.pid, outcome: "gone", signals: ["SIGTERM"] }],
  });
  expect(isAlive(victim.root)).toBe(false);
  // the monitor's journal, not another one's beside it
  expect(project.events().at(-1)).toMatchObject({ type: "outcome", rule: "manual" });
});

/** The signals that a process which ignores SIGTERM got. */
const sentToDeaf = async (...args: readonly string[]): Promise<readonly string[]> => {
  await using deaf = await startFixture([process.execPath, killFixture("deaf.ts")]);
  const run = await stop(pidOf(deaf), "--yes", "--json", ...args);
  expect(run.exitCode).toBe(0);
  expect(isAlive(deaf.root)).toBe(false);
  return parse(stopped, run.stdout).outcomes[0]?.signals ?? [];
};

test("who ignores SIGTERM gets SIGKILL after the grace, with --force at once", async () => {
  expect(await sentToDeaf()).toEqual(["SIGTERM", "SIGSTOP", "SIGKILL"]);
  expect(await sentToDeaf("--force")).toEqual(["SIGSTOP", "SIGKILL"]);
});

test("--dry-run shows the plan and sends nothing", async () => {
  await using victim = await startRunaway("dry");
  const before = project.events().length;
  const run = await stop(pidOf(victim), "--dry-run");
  expect(run.exitCode).toBe(0);
  expect(run.stdout).toContain(pidOf(victim));
  expect(run.stdout).toContain("SIGTERM");
  expect(run.stdout).toContain("The mode is observe");
  expect(isAlive(victim.root)).toBe(true);
  expect(project.events()).toHaveLength(before);
});

test("protected, ours, not Bun, nobody: refused with the reason, exit 1, --force or not; the others are stopped", async () => {
  await using precious = await startRunaway("precious");
  await using victim = await startRunaway("beside them");
  await using monitor = await startMonitor(project);
  for (const force of [[], ["--force"]]) {
    const run = await stop(pidOf(precious), "1", "4000000", String(monitor.pid), "--yes", "--json", ...force);
    expect(run.exitCode).toBe(1);
    const { plan: steps, refused } = parse(stopped, run.stdout);
    expect(steps).toEqual([]);
    const because = new Map(refused.map((each) => [each.pid, each.because]));
    expect(because.get(precious.root.pid)).toContain("the configuration protects");
    expect(because.get(1)).toContain("no Bun process");
    expect(because.get(4_000_000)).toContain("no Bun process");
    expect(because.get(monitor.pid)).toContain("the watchdog itself");
  }
  expect((await stop(pidOf(precious), pidOf(victim), "--yes")).exitCode).toBe(1);
  expect([isAlive(precious.root), isAlive(victim.root), readStat(monitor.pid) !== null]).toEqual([
    true,
    false,
    true,
  ]);
});

test("what started the command is refused", async () => {
  const script = `const run = Bun.spawnSync([...${JSON.stringify(cli)}, "stop", String(process.pid), "--yes"]);
    console.log(run.exitCode, run.stdout.toString());`;
  const child = Bun.spawn([process.execPath, "-e", script], {
    cwd: project.directory,
    env: { ...process.env, ...project.env },
    stdout: "pipe",
  });
  expect(await new Response(child.stdout).text()).toMatch(/^1 .*the watchdog was started below it/s);
  expect(await child.exited).toBe(0);
});

test("what is dead and run again by a script: exit 1, who starts it is named, and nothing survived", async () => {
  // a supervisor starts its child again: the pid that was asked for is dead, its twin is not
  await using supervised = await startFixture([
    "sh",
    join(repository, "test/fixtures/zoo/z09-supervised.sh"),
    process.execPath,
    join(repository, "test/fixtures/zoo/z09-supervised-child.ts"),
  ]);
  const run = await stop(pidOf(supervised), "--yes");
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toContain("came back as");
  expect(run.stdout).toContain("z09-supervised.sh");
  expect(run.stdout).toContain("none survived");
});

test.each([
  [["stop"], "pid"],
  [["stop", "dev"], "dev"],
  [["stop", "0"], "0"],
  [["stop", "-5"], "-5"],
  [["stop", "4711"], "--yes"],
])("%j is exit 2 and names %s", async (args, named) => {
  const run = await runCli(args, project);
  expect(run).toMatchObject({ exitCode: 2, stdout: "" });
  expect(run.stderr).toContain(named);
  expect(run.stderr).not.toContain("    at ");
});

test("with --json that is one object", async () => {
  const { exitCode, stdout } = await runCli(["stop", "4711", "--json"], project);
  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    error: { code: "USAGE", next: expect.stringContaining("--yes") },
  });
});

needs("tmux")("on a terminal it asks: n leaves it alone, y does it", async () => {
  await using victim = await startRunaway("asked about");
  for (const [answer, code, alive] of [
    ["n", 1, true],
    ["y", 0, false],
  ] as const) {
    const line = `${[...cli, "stop", pidOf(victim)].join(" ")}; echo "exit $?"; sleep 1000`;
    await using screen = await openScreen(["sh", "-c", line], { cwd: project.directory, env: project.env });
    expect(await screen.shows("Stop it?")).toBe(true);
    expect(screen.lines().join("\n")).toContain("would get SIGTERM");
    expect(isAlive(victim.root)).toBe(true);
    screen.type(answer);
    expect(await screen.shows(`exit ${code}`)).toBe(true);
    expect(isAlive(victim.root)).toBe(alive);
  }
});

needs("tmux", asRoot)("a pid that passes to another process while it asks is refused", async () => {
  await using victim = await startRunaway("short-lived");
  const line = `${[...cli, "stop", pidOf(victim)].join(" ")}; echo "exit $?"; sleep 1000`;
  await using screen = await openScreen(["sh", "-c", line], { cwd: project.directory, env: project.env });
  expect(await screen.shows("Stop it?")).toBe(true);
  process.kill(victim.root.pid, "SIGKILL");
  await until(() => readStat(victim.root.pid) === null);
  const bystander = reusePid(victim.root.pid, [process.execPath, fixture("sleeper.ts"), "innocent"]);
  expect(bystander?.pid).toBe(victim.root.pid);
  screen.type("y");
  expect(await screen.shows("exit 1")).toBe(true);
  expect(screen.lines().join("\n")).toContain("not the process that was shown any more");
  expect(bystander !== null && isAlive(bystander)).toBe(true);
  process.kill(victim.root.pid, "SIGKILL");
});
