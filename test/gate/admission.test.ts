/** Who gets in: slots, the queue, jobs outside the gate, jobs inside each other. */
import { expect } from "bun:test";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CONFIG, fixture, gate, gateRun, report, slots, WRAPPER } from "../support/gating.ts";
import { scratchProject } from "../support/launch.ts";
import { isAlive, readStat } from "../support/proc.ts";
import { startFixture, until } from "../support/ready.ts";
import { killAll } from "../support/sampling.ts";
import { needs, pidNamespace } from "../support/skip.ts";

const test = needs(pidNamespace);
const IDLE = ["-e", "console.log('ready', process.pid); setInterval(() => {}, 1000)"];

test("full: refused with 75, and told who holds the slots", async () => {
  using project = scratchProject(CONFIG);
  await using first = gate(project, ["--name", "api", ...IDLE]);
  await using second = gate(project, IDLE);
  const [root = 0] = await first.ready();
  await second.ready();
  const refused = await gateRun(project, ["--json-report", "report.json", "-e", "1"]);
  expect(refused.code).toBe(75);
  expect(refused.stderr).toContain("2 of 2 slots taken");
  expect(refused.stderr).toMatch(new RegExp(`^ *${root} +\\S+ +api +bun -e`, "m"));
  expect(report(project)).toMatchObject({
    schemaVersion: 1,
    admitted: false,
    exitCode: 75,
    slot: { max: 2, taken: false, refused: { why: "full", held: 2, limit: 2 } },
  });
  const bounded = await gateRun(project, ["--wait=300ms", "-e", "1"]);
  expect(bounded.code).toBe(75);
  expect(bounded.stderr).toContain("2 of 2 slots taken");
});

test("--wait gets the slot when one becomes free, and the slot is given back", async () => {
  using project = scratchProject({ ...CONFIG, maxConcurrentProcesses: 1 });
  await using holder = gate(project, IDLE);
  await holder.ready();
  await using waiter = gate(project, ["--wait", "-e", "console.log('ran')"]);
  const later = gate(project, ["--wait=60s", "-e", "console.log('ran')"]);
  holder.kill("SIGTERM");
  expect(await waiter.exited).toBe(0);
  expect(await later.exited).toBe(0);
  expect([waiter.stdout(), later.stdout()]).toEqual(["ran\n", "ran\n"]);
  // not on a terminal: no progress
  expect(waiter.stderr()).toBe("");
  expect(slots()).toEqual([]);
});

test("a KILLed wrapper's job keeps its slot for as long as any of it lives", async () => {
  using project = scratchProject({ ...CONFIG, maxConcurrentProcesses: 1 });
  await using holder = gate(project, [fixture("kill/tree.ts")]);
  const pids = await holder.ready();
  holder.kill("SIGKILL");
  await holder.gone;
  try {
    const refused = await gateRun(project, ["-e", "1"]);
    expect(refused.code).toBe(75);
    expect(refused.stderr).toContain(`its wrapper is dead, ${pids.length} processes left)`);
    await using waiter = gate(project, ["--wait", "-e", "console.log('ran')"]);
    killAll(pids);
    expect(await waiter.exited).toBe(0);
  } finally {
    killAll(pids.filter((pid) => readStat(pid) !== null));
  }
  await until(() => slots().length === 0);
  expect(slots()).toEqual([]);
});

test("a record of another boot or of a dead namespace is free, and a broken one stops nobody", async () => {
  using project = scratchProject({ ...CONFIG, maxConcurrentProcesses: 1 });
  await using holder = gate(project, IDLE);
  await holder.ready();
  const [record] = slots();
  if (record === undefined) throw new Error("no record");
  holder.kill("SIGTERM");
  await holder.exited;
  const path = join("/run/bun-watchdog/gate-user/slots", `${record.jobId}.json`);
  for (const text of [
    JSON.stringify({ ...record, bootId: "before" }),
    JSON.stringify({ ...record, pidNamespace: "1" }),
    "{",
  ]) {
    writeFileSync(path, text);
    expect([text, (await gateRun(project, ["-e", "1"])).code]).toEqual([text, 0]);
  }
  rmSync(path, { force: true });
  expect(slots()).toEqual([]);
});

/** With the account's /run, as a sandbox has it around each shell command. */
const SANDBOX = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"];

test("slots come back from a sandbox that is KILLed, and are held for as long as it lives", async () => {
  using project = scratchProject({ ...CONFIG, maxConcurrentProcesses: 1 });
  const sandbox = Bun.spawn([...SANDBOX, process.execPath, WRAPPER, "--name", "boxed", ...IDLE], {
    cwd: project.directory,
    env: { ...process.env, ...project.env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    // the program in there says so
    await sandbox.stdout.getReader().read();
    const refused = await gateRun(project, ["-e", "1"]);
    expect(refused.code).toBe(75);
    expect(refused.stderr).toContain("1 of 1 slot taken");
    expect(refused.stderr).toContain(" boxed ");
    const waiter = gate(project, ["--wait", "-e", "console.log('ran')"]);
    sandbox.kill("SIGKILL");
    expect(await waiter.exited).toBe(0);
    expect(waiter.stdout()).toBe("ran\n");
  } finally {
    sandbox.kill("SIGKILL");
    await sandbox.exited;
  }
  expect(slots()).toEqual([]);
});

test("jobs of another project do not fill this one's slots, nor does their queue; --scope user counts all", async () => {
  using mine = scratchProject({ ...CONFIG, maxConcurrentProcesses: 1 });
  using other = scratchProject({ ...CONFIG, maxConcurrentProcesses: 1 });
  await using holder = gate(other, IDLE);
  await holder.ready();
  await using waiter = gate(other, ["--wait", "-e", "1"]);
  expect(await until(() => readdirSync("/run/bun-watchdog/gate-user/tickets").length === 1)).toBe(true);
  expect((await gateRun(mine, ["-e", "1"])).code).toBe(0);
  expect((await gateRun(mine, ["--scope", "user", "-e", "1"])).code).toBe(75);
  expect((await gateRun(other, ["-e", "1"])).code).toBe(75);
  holder.kill("SIGTERM");
  expect(await waiter.exited).toBe(0);
});

test("a job that was started without the gate takes a slot; a server of them does not", async () => {
  using project = scratchProject({ ...CONFIG, maxConcurrentProcesses: 1, gate: {} });
  await using idle = await startFixture([process.execPath, fixture("twins/idle.ts")], {
    cwd: project.directory,
  });
  // `bun test`, which runs this, is what the wrapper was started by: that is no other job
  const refused = await gateRun(project, ["-e", "1"]);
  expect(refused.code).toBe(75);
  expect(refused.stderr).toContain("0 of 1 slot taken, 1 job outside the gate");
  // who it is, and what can be done about it
  expect(refused.stderr).toMatch(new RegExp(`^ *${idle.root.pid} .*idle\\.ts.*outside the gate`, "m"));
  expect(refused.stderr).toContain("--wait");
  expect(refused.stderr).toContain('"countUngated": false');
  project.writeConfig({ ...CONFIG, maxConcurrentProcesses: 2, gate: {} });
  expect((await gateRun(project, ["-e", "1"])).code).toBe(0);
  await using _ = await startFixture([process.execPath, fixture("twins/server.ts")], {
    cwd: project.directory,
  });
  expect((await gateRun(project, ["-e", "1"])).code).toBe(0);
  expect(isAlive(idle.root)).toBe(true);
});

test("a launch inside a gated job re-uses its slot", async () => {
  using project = scratchProject({ ...CONFIG, maxConcurrentProcesses: 1 });
  const nest = `const c = Bun.spawnSync([process.execPath, process.env.WRAPPER, "--json-report", "inner.json", "-e", "process.exit(5)"], { stdio: ["ignore", "inherit", "inherit"] }); process.exit(c.exitCode)`;
  const env = { WRAPPER: join(import.meta.dir, "../../scripts/bun-wrapper.ts") };
  const outer = await gateRun(project, ["--json-report", "outer.json", "-e", nest], { env });
  expect(outer).toEqual({ code: 5, stdout: "", stderr: "" });
  const [inner, around] = [report(project, "inner.json"), report(project, "outer.json")];
  expect(around).toMatchObject({ slot: { taken: true, within: null } });
  expect(inner).toMatchObject({ slot: { taken: false, within: expect.any(String) } });
  // the variable alone, inherited from a job that is over, is no slot
  await using holder = gate(project, IDLE);
  await holder.ready();
  const stale = { BUN_WATCHDOG_JOB: "1-2-3-4", BUN_WATCHDOG_DEPTH: "1" };
  expect((await gateRun(project, ["-e", "1"], { env: stale })).code).toBe(75);
});

test("Z30: what starts itself again through the gate ends, with the chain printed", async () => {
  using project = scratchProject({ ...CONFIG, gate: { countUngated: false, maxDepth: 2 } });
  writeFileSync(
    join(project.directory, "hook.ts"),
    `const c = Bun.spawnSync([process.execPath, process.env.WRAPPER, "hook.ts"], { stdio: ["ignore", "inherit", "inherit"] }); process.exit(c.exitCode);`,
  );
  const env = { WRAPPER: join(import.meta.dir, "../../scripts/bun-wrapper.ts") };
  const { code, stderr } = await gateRun(project, ["hook.ts"], { env });
  expect(code).toBe(75);
  expect(stderr).toContain("inside of 3 gated jobs, and gate.maxDepth is 2");
  expect(stderr.match(/└ bun hook\.ts/g)).toHaveLength(3);
  expect(slots()).toEqual([]);
});

test.each([
  ["by itself", ["--watch", "server.ts"]],
  ["by its script", ["run", "dev"]],
])("what a rule spares from the limit takes no slot: %s", async (_how, args) => {
  using project = scratchProject({ ...CONFIG, maxConcurrentProcesses: 1 });
  writeFileSync(
    join(project.directory, "server.ts"),
    "console.log('ready', process.pid); setInterval(() => {}, 1000);",
  );
  writeFileSync(
    join(project.directory, "package.json"),
    JSON.stringify({ scripts: { dev: "bun --watch server.ts" } }),
  );
  await using server = gate(project, args);
  await server.ready();
  expect(slots()).toMatchObject([{ counts: false }]);
  expect((await gateRun(project, ["-e", "1"])).code).toBe(0);
  server.kill("SIGTERM");
  await server.exited;
  expect(await until(() => slots().length === 0)).toBe(true);
});
