/** A gated job has one killer (I10): its wrapper while that lives, the watchdog when it is dead. */
import { expect } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CONFIG, fixture, gate } from "../support/gating.ts";
import { runCli, scratchProject, startMonitor } from "../support/launch.ts";
import { readStat } from "../support/proc.ts";
import { isAlive, startFixture, until } from "../support/ready.ts";
import { killAll } from "../support/sampling.ts";
import { needs, pidNamespace } from "../support/skip.ts";
import { parse, status } from "../newcomer/shapes.ts";

const test = needs(pidNamespace);

/** Every limit is broken at once by what runs here for a second; the wrapper is told of others. */
const STRICT = {
  ...CONFIG,
  maxConcurrentProcesses: 5,
  maxCpuUsagePercent: 20,
  cpuHoldMs: 500,
  processTimeoutMs: 1_000,
  monitoringIntervalMs: 100,
  armTicks: 0,
  protect: ["bun\\S* test "],
};

const LAX = ["--timeout", "1h", "--cpu", "1000"];

test("the monitor leaves it to the wrapper while that lives, and takes over when it is KILLed", async () => {
  using project = scratchProject(STRICT);
  await using gated = gate(project, [...LAX, "--name", "api", fixture("zoo/z01-sync-loop.ts")]);
  const [root = 0] = await gated.ready();
  const job = { pid: root, startTicks: readStat(root)?.startTicks ?? 0 };
  await using monitor = await startMonitor(project, ["--yes"]);
  // the contrast: the same program beside it, not gated
  await using bare = await startFixture([process.execPath, fixture("zoo/z01-sync-loop.ts")], {
    cwd: project.directory,
  });
  expect(await until(() => !isAlive(bare.root), 20_000)).toBe(true);
  expect(isAlive(job)).toBe(true);
  const { jobs, processes } = parse(status, (await runCli(["status", "--json"], project)).stdout);
  expect(jobs.find(({ pids }) => pids.includes(root))?.owner).toMatchObject({
    kind: "gate",
    pid: gated.pid,
    name: "api",
  });
  expect(processes.find(({ pid }) => pid === root)?.verdicts).toEqual([]);
  expect((await runCli(["status"], project)).stdout).toContain(`by pid ${gated.pid} (api)`);
  const victims = project.events().flatMap((event) => (event.type === "intent" ? event.victim.id.pid : []));
  expect(victims).not.toContain(root);

  gated.kill("SIGKILL");
  await gated.gone;
  try {
    expect(await until(() => !isAlive(job), 20_000)).toBe(true);
  } finally {
    if (isAlive(job)) killAll([root]);
  }
  expect(monitor.pid).toBeGreaterThan(0);
});

/** Nothing of the policy is against it: what ends it is what it was launched with. */
const MILD = {
  ...CONFIG,
  maxConcurrentProcesses: 5,
  maxCpuUsagePercent: null,
  processTimeoutMs: null,
  monitoringIntervalMs: 100,
  armTicks: 0,
};

test("a server whose wrapper is dead: cleanup ends it, whoever is to be kept stays", async () => {
  using project = scratchProject(MILD);
  await using server = gate(project, [fixture("twins/server.ts")]);
  await using kept = gate(project, ["--keep", fixture("twins/server.ts")]);
  const [[pid = 0], [keptPid = 0]] = await Promise.all([server.ready(), kept.ready()]);
  const [left, stays] = [pid, keptPid].map((each) => ({
    pid: each,
    startTicks: readStat(each)?.startTicks ?? 0,
  }));
  expect((await runCli(["cleanup"], project)).stdout).toContain("Nothing");
  server.kill("SIGKILL");
  kept.kill("SIGKILL");
  await Promise.all([server.gone, kept.gone]);
  try {
    const { stdout, exitCode } = await runCli(["cleanup"], project);
    expect([stdout, exitCode]).toEqual([stdout, 0]);
    expect(stdout).toContain("its wrapper");
    expect(isAlive(left!)).toBe(false);
    expect(isAlive(stays!)).toBe(true);
  } finally {
    killAll([pid, keptPid].filter((each) => readStat(each) !== null));
  }
});

test("a server whose wrapper is dead has its deadline: the monitor keeps it, --keep or not", async () => {
  using project = scratchProject(MILD);
  await using server = gate(project, ["--keep", "--timeout", "3s", fixture("twins/server.ts")]);
  const [pid = 0] = await server.ready();
  const job = { pid, startTicks: readStat(pid)?.startTicks ?? 0 };
  server.kill("SIGKILL");
  await server.gone;
  await using _ = await startMonitor(project, ["--yes"]);
  try {
    expect(await until(() => !isAlive(job), 20_000)).toBe(true);
  } finally {
    if (isAlive(job)) killAll([pid]);
  }
  const intent = project.events().find((event) => event.type === "intent");
  expect(intent).toMatchObject({ rule: "timeout", limit: 3_000 });
});

test("a lone helper that a dead wrapper has left keeps its slot, until a clean-up ends it", async () => {
  using project = scratchProject({ ...CONFIG, maxConcurrentProcesses: 5 });
  const script = join(project.directory, "leaves-sleep.ts");
  writeFileSync(
    script,
    `const helper = Bun.spawn(["setsid", "sleep", "300"], { stdio: ["ignore", "ignore", "ignore"] });
     require("node:fs").writeSync(1, \`ready \${process.pid} \${helper.pid}\\n\`); setInterval(() => {}, 1_000);`,
  );
  await using gated = gate(project, [...LAX, script]);
  const [root = 0, helper = 0] = await gated.ready();
  const started = { pid: helper, startTicks: readStat(helper)?.startTicks ?? 0 };
  gated.kill("SIGKILL");
  await gated.gone;
  killAll([root]);
  try {
    expect(await until(() => readStat(root) === null || readStat(root)?.state === "Z")).toBe(true);
    expect(isAlive(started)).toBe(true);
    const run = await runCli(["cleanup"], project);
    expect(run.stdout).toContain(`${helper}`);
    expect(run.stdout).toContain("is dead");
    expect(run.exitCode).toBe(0);
    expect(isAlive(started)).toBe(false);
  } finally {
    if (isAlive(started)) killAll([helper]);
  }
  expect((await runCli(["cleanup"], project)).stdout).toContain("Nothing is over a limit.");
});
