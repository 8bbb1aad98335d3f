/** The program runs as if there were no wrapper: streams, directory, environment, exit code, signals. */
import { expect } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CONFIG, gate, gateRun, report, slots, WRAPPER } from "../support/gating.ts";
import { scratchProject } from "../support/launch.ts";
import { until } from "../support/ready.ts";
import { needs, pidNamespace } from "../support/skip.ts";

const test = needs(pidNamespace);

test("exit codes, output, directory and environment are the program's own", async () => {
  using project = scratchProject(CONFIG);
  writeFileSync(join(project.directory, ".env"), "FROM_DOTENV=1\n");
  const script =
    "console.log(process.cwd(), process.env.MINE, process.env.FROM_DOTENV, process.argv.slice(2).join()); console.error('err'); process.exit(42)";
  writeFileSync(join(project.directory, "x.ts"), script);
  const { code, stdout, stderr } = await gateRun(project, ["x.ts", "--timeout", "5", "--", "-x"], {
    env: { MINE: "a b" },
  });
  expect(code).toBe(42);
  expect(stdout).toBe(`${project.directory} a b 1 --timeout,5,--,-x\n`);
  expect(stderr).toBe("err\n");
});

test("standard input reaches the program", async () => {
  using project = scratchProject(CONFIG);
  const child = Bun.spawn([process.execPath, WRAPPER, "-e", "console.log((await Bun.stdin.text()).length)"], {
    cwd: project.directory,
    env: { ...process.env, ...project.env },
    stdin: new Blob(["x".repeat(300_000)]),
    stdout: "pipe",
  });
  expect(await new Response(child.stdout).text()).toBe("300000\n");
  expect(await child.exited).toBe(0);
});

test.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGKILL", "SIGUSR1"] as const)(
  "death by %s is passed on",
  async (signal) => {
    using project = scratchProject(CONFIG);
    await using gated = gate(project, [
      "-e",
      `process.kill(process.pid, "${signal}"); setInterval(() => {}, 1000)`,
    ]);
    await gated.exited;
    expect(gated.signalCode()).toBe(signal);
    expect(gated.stderr()).toBe("");
    expect(slots()).toEqual([]);
  },
);

test.each(["SIGTERM", "SIGINT", "SIGUSR2"] as const)(
  "%s to the wrapper reaches the program, once",
  async (signal) => {
    using project = scratchProject(CONFIG);
    const handler = `let n = 0; process.on("${signal}", () => { n++; console.log("got", n); setTimeout(() => process.exit(9), 300); }); console.log("ready", process.pid); setInterval(() => {}, 1000)`;
    await using gated = gate(project, ["-e", handler]);
    await gated.ready();
    gated.kill(signal);
    expect(await gated.exited).toBe(9);
    expect(gated.stdout().match(/got/g)).toHaveLength(1);
  },
);

test("a program that is not there ends as bun says it", async () => {
  using project = scratchProject(CONFIG);
  const bare = Bun.spawnSync([process.execPath, "nowhere.ts"], { cwd: project.directory });
  const gated = await gateRun(project, ["nowhere.ts"]);
  expect(gated.code).toBe(bare.exitCode);
  expect(gated.stderr).toBe(bare.stderr.toString());
});

test("usage and configuration errors are 125, with the next move", async () => {
  using project = scratchProject(CONFIG);
  const nothing = await gateRun(project, []);
  expect(nothing).toMatchObject({ code: 125, stderr: expect.stringContaining("bun-wrapper run dev") });
  const mistyped = await gateRun(project, ["--memroy", "1G", "x.ts"]);
  expect(mistyped).toMatchObject({ code: 125, stderr: expect.stringContaining("Did you mean --memory?") });
  project.writeConfig({ maxConcurrentProcesses: "three" });
  const broken = await gateRun(project, ["-e", "1"]);
  expect(broken).toMatchObject({ code: 125, stderr: expect.stringContaining("maxConcurrentProcesses") });
  expect((await gateRun(project, ["--help"])).stdout).toContain("Usage: bun-wrapper");
});

test("a changed configuration counts at once", async () => {
  using project = scratchProject({ ...CONFIG, maxConcurrentProcesses: 1 });
  await using holder = gate(project, [
    "-e",
    "console.log('ready', process.pid); setInterval(() => {}, 1000)",
  ]);
  await holder.ready();
  expect((await gateRun(project, ["-e", "1"])).code).toBe(75);
  project.writeConfig({ ...CONFIG, maxConcurrentProcesses: 2 });
  expect((await gateRun(project, ["-e", "1"])).code).toBe(0);
  project.writeConfig({ ...CONFIG, maxConcurrentProcesses: 1 });
  expect((await gateRun(project, ["-e", "1"])).code).toBe(75);
});

test("BUN_WRAPPER_BYPASS=1 is bun itself", async () => {
  using project = scratchProject(CONFIG);
  const script = "console.log(process.ppid, process.pid, process.env.BUN_WATCHDOG_JOB); process.exit(6)";
  const gated = gate(project, ["-e", script], { env: { BUN_WRAPPER_BYPASS: "1" } });
  expect(await gated.exited).toBe(6);
  expect(gated.stdout()).toBe(`${process.pid} ${gated.pid} undefined\n`);
});

test("the report says what was asked for, how it is kept, and how it ended", async () => {
  using project = scratchProject(CONFIG);
  const args = [
    "--json-report",
    "report.json",
    "--memory",
    "1G",
    "--timeout",
    "1m",
    "--name",
    "n",
    "-e",
    "process.exit(3)",
  ];
  expect((await gateRun(project, args)).code).toBe(3);
  const found = report(project);
  expect(found).toMatchObject({
    schemaVersion: 1,
    command: "bun -e process.exit(3)",
    name: "n",
    admitted: true,
    exitCode: 3,
    slot: { max: 2, scope: "project", taken: true, refused: null },
    limits: { timeoutMs: { limit: 60_000, enforced: "wrapper" }, memoryBytes: { limit: 1_073_741_824 } },
    container: { promise: expect.any(String) },
    job: { ending: { how: "exited", code: 3 }, killed: [], survivors: [], kept: [] },
  });
  expect(JSON.stringify(found)).toMatch(/"peakMemoryBytes":\d+/);
});

test("piped into head, everything ends", async () => {
  using project = scratchProject(CONFIG);
  const forever = 'let n = 0; setInterval(() => process.stdout.write("line " + n++ + "\\n"), 1)';
  const command = `"${process.execPath}" "${WRAPPER}" -e '${forever}' | head -n 2`;
  const child = Bun.spawn(["sh", "-c", command], {
    cwd: project.directory,
    env: { ...process.env, ...project.env },
    stdout: "pipe",
    stderr: "pipe",
  });
  expect(await new Response(child.stdout).text()).toBe("line 0\nline 1\n");
  expect(await child.exited).toBe(0);
  expect(await until(() => slots().length === 0)).toBe(true);
});

test("what it leaves behind is ended and named; --keep lets it live, in its slot", async () => {
  using project = scratchProject({ ...CONFIG, maxConcurrentProcesses: 1 });
  const leave = `const c = Bun.spawn(["setsid", "sleep", "1000"], { stdio: ["ignore", "ignore", "ignore"] }); c.unref(); await Bun.write("pid", String(c.pid)); while ((await Bun.file("/proc/" + c.pid + "/comm").text()) !== "sleep\\n") await Bun.sleep(5); process.exit(4)`;
  const left = await gateRun(project, ["-e", leave]);
  expect(left.code).toBe(4);
  expect(left.stderr).toMatch(/left 1 process: ended sleep 1000 \(pid \d+\)/);
  const kept = await gateRun(project, ["--keep", "-e", leave]);
  expect(kept).toMatchObject({ code: 4, stderr: "" });
  const pid = Number(readFileSync(join(project.directory, "pid"), "utf8"));
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  expect((await gateRun(project, ["-e", "1"])).code).toBe(75);
  process.kill(pid, "SIGKILL");
  expect(await until(() => !existsSync(`/proc/${pid}`))).toBe(true);
  expect((await gateRun(project, ["-e", "1"])).code).toBe(0);
});
