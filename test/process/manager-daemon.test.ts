/** The manager as a program: what it hears of besides its apps, whom it obeys, and what it outlives. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync, writeFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { findWithin, PATIENCE_MS } from "../../src/host/background.ts";
import { findService, socketsOf } from "../../src/host/sockets.ts";
import { MANAGER, type InstanceDocument } from "../../src/wire/manager.ts";
import { requireNamespace } from "../support/namespace.ts";
import { fuzzManager } from "../support/fuzz-manager.ts";
import { Random, seed } from "../support/random.ts";
import { until } from "../support/ready.ts";
import { instancesOf, ManagerHome } from "../support/running-manager.ts";

requireNamespace();

const START = { ifRunning: "keep", updateEnv: false } as const;
const root = resolve(import.meta.dir, "../..");
const BUNCTL = join(root, "scripts/bunctl.ts");
const WRAPPER = join(root, "scripts/bun-wrapper.ts");

const pidOf = (instance: InstanceDocument | undefined): number => instance?.root?.pid ?? 0;

const environment = (pid: number): string => readFileSync(`/proc/${pid}/environ`, "utf8");

const isThere = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && !/^State:\s+[ZX]/mu.test(readFileSync(`/proc/${pid}/status`, "utf8"));

type Running = Awaited<ReturnType<ManagerHome["start"]>>;

/** The pid of an app that is online, as soon as that is another one than before. */
async function nextPid(manager: Running, name: string, before = 0): Promise<number> {
  for (let tries = 0; tries < 1_000; tries++) {
    const pid = await pidOnce(manager, name);
    if (pid !== 0 && pid !== before) return pid;
    await Bun.sleep(20);
  }
  throw new Error(`${name} has no other pid than ${before}`);
}

async function pidOnce(manager: Running, name: string): Promise<number> {
  const { apps } = await manager.apps(null);
  const app = apps.find(({ spec }) => spec.name === name);
  return app?.instances[0]?.state === "online" ? pidOf(app.instances[0]) : 0;
}

/** What is changed before the kernel watches it is not heard of: it is changed until it is. */
async function changing(change: () => void, isHeard: () => boolean): Promise<void> {
  for (let tries = 0; tries < 50 && !isHeard(); tries++) {
    change();
    await until(isHeard, 600);
  }
}

test("files that it watches start it anew, and those that do not count do not", async () => {
  await using home = new ManagerHome();
  const manager = await home.start();
  const watch = { paths: [home.directory], ignore: ["cache", "*.tmp"], delayMs: 0 };
  await manager.start([home.spec("api", { watch })], START);
  const before = await nextPid(manager, "api");
  await changing(
    () => {
      for (const name of ["x.tmp", ".hidden", "node_modules"]) writeFileSync(join(home.directory, name), "");
      writeFileSync(join(home.directory, "source.ts"), "1");
    },
    () => home.log.includes("has changed"),
  );
  expect(await nextPid(manager, "api", before)).not.toBe(before);
  // it was changed until it was heard of, which may be twice
  expect([...new Set(home.log.match(/is restarted, since \S+ has changed/gu))]).toEqual([
    `is restarted, since ${join(home.directory, "source.ts")} has changed`,
  ]);
});

test("an edit of the config file restarts what has changed, and a broken one nothing", async () => {
  await using home = new ManagerHome();
  const manager = await home.start();
  const config = join(home.directory, "bunctl.json");
  const write = (of: object): void => writeFileSync(config, JSON.stringify(of));
  const app = (name: string, color: string): object => ({
    name,
    command: `${process.execPath} ${resolve(import.meta.dir, "../fixtures/apps/served.ts")}`,
    cwd: home.directory,
    env: { COLOR: color },
  });
  write({ apps: [app("one", "red"), app("two", "red")] });
  const specs = join(root, "src/manager/daemon/bun-watchdog-app-specs.ts");
  const apps = JSON.parse(Bun.spawnSync([process.execPath, specs, config]).stdout.toString());
  expect((await manager.start(apps, START)).failures).toEqual([]);
  const before = [await nextPid(manager, "one"), await nextPid(manager, "two")];

  const isRefused = (): boolean => home.log.includes("since its config file is broken");
  await changing(() => writeFileSync(config, '{ "apps": ['), isRefused);
  expect(isRefused(), home.log).toBe(true);
  const broken = async () => (await manager.apps(null)).apps.map(({ brokenConfig }) => brokenConfig);
  expect(await broken()).toEqual([expect.stringContaining(config), expect.stringContaining(config)]);
  expect([await pidOnce(manager, "one"), await pidOnce(manager, "two")]).toEqual(before);

  write({ apps: [app("one", "red"), app("two", "blue")] });
  const next = await nextPid(manager, "two", before[1]).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${home.log}`);
  });
  expect(await broken()).toEqual([undefined, undefined]);
  expect(await pidOnce(manager, "one")).toBe(before[0] ?? 0);
  expect(readFileSync(`/proc/${next}/environ`, "utf8")).toContain("COLOR=blue");
});

test("an edit while no manager lives is taken by the next one, and the file is read as it was at the start", async () => {
  await using home = new ManagerHome();
  const config = join(home.directory, "bunctl.json");
  const write = (color: string): void =>
    writeFileSync(
      config,
      JSON.stringify({
        apps: ["one", "two"].map((name) => ({
          name,
          command: `${process.execPath} ${resolve(import.meta.dir, "../fixtures/apps/served.ts")}`,
          env: { COLOR: "none" },
          env_production: { COLOR: name === "one" ? "red" : color },
        })),
      }),
    );
  write("red");
  const env = process.env;
  const started = Bun.spawnSync(
    [process.execPath, BUNCTL, "start", config, "--env", "production", "--max-memory", "900M"],
    { env },
  );
  expect([started.exitCode, started.stderr.toString()]).toEqual([0, expect.anything()]);
  const first = await findService(MANAGER, "bunctl");
  if (first === null) throw new Error("no manager runs");
  const before = [await nextPid(first, "one"), await nextPid(first, "two")];
  process.kill(first.about.pid, "SIGKILL");
  expect(await until(() => !isThere(first.about.pid))).toBe(true);
  write("blue");
  const second = await home.start();
  const next = await nextPid(second, "two", before[1]);
  expect(environment(next)).toContain("COLOR=blue");
  expect(await pidOnce(second, "one")).toBe(before[0] ?? 0);
  const { apps } = await second.apps(null);
  expect(apps.map(({ spec }) => [spec.limits.memoryBytes, spec.reading?.environment])).toEqual(
    Array.from({ length: 2 }, () => [900 * 1_048_576, "production"]),
  );
});

test("messages of any shape are answered or closed, and the manager goes on", async () => {
  await using home = new ManagerHome();
  const manager = await home.start();
  await manager.start([home.spec("api")], START);
  const before = await nextPid(manager, "api");
  const answered = await fuzzManager(400, new Random(seed()));
  expect(answered).toBeGreaterThan(100);
  expect(await pidOnce(manager, "api")).toBe(before);
  expect((await manager.apps(null)).apps.map(({ spec }) => spec.name)).toEqual(["api"]);
});

test("SIGTERM ends it and leaves its apps; a second one is refused; kill ends both", async () => {
  await using home = new ManagerHome();
  const first = await home.start();
  await first.start([home.spec("api")], START);
  const pid = await nextPid(first, "api");
  const second = Bun.spawnSync([process.execPath, BUNCTL, "daemon", "run"], { env: process.env });
  expect([second.exitCode, second.stderr.toString()]).toEqual([
    1,
    expect.stringContaining(`A manager already runs: pid ${first.about.pid}`),
  ]);
  process.kill(first.about.pid, "SIGTERM");
  expect(await until(() => !isThere(first.about.pid))).toBe(true);
  expect(isThere(pid)).toBe(true);
  const next = await home.start();
  expect(await nextPid(next, "api")).toBe(pid);
  await next.kill();
  expect(await until(() => !isThere(pid) && !isThere(next.about.pid))).toBe(true);
});

test("the unit of `startup` starts what was saved once the machine was started anew, and no other time", async () => {
  await using home = new ManagerHome();
  const first = await home.start();
  await first.start([home.spec("api"), home.spec("stopped")], START);
  await first.save();
  await first.stopApps(home.selecting("stopped"));
  const printed = Bun.spawnSync([process.execPath, BUNCTL, "startup", "--print"], { env: process.env });
  const line = /^ExecStart=(?<words>.+)$/mu.exec(printed.stdout.toString())?.groups?.["words"] ?? "";
  // systemd.syntax(7), as far as paths need it
  const command = [...line.matchAll(/"(?:[^"\\]|\\.)*"/gu)].map(([word]): string => JSON.parse(word));
  await home.kill();
  const second = await home.start(command);
  expect(await nextPid(second, "api")).not.toBe(0);
  expect(await pidOnce(second, "stopped")).toBe(0);

  await second.kill();
  expect(await until(() => !isThere(second.about.pid))).toBe(true);
  // the list of this PID namespace
  const list = readdirSync(home.kept).find((name) => name.startsWith("namespace-")) ?? "";
  writeFileSync(join(home.kept, list, "boot"), "another one");
  const third = await home.start(command);
  expect(await nextPid(third, "api")).not.toBe(0);
  expect(await nextPid(third, "stopped")).not.toBe(0);

  // one that was started by hand is asked instead: a failure would be tried again by systemd for ever
  await third.stopApps(home.selecting("api"));
  const late = Bun.spawnSync([...command], { env: process.env });
  expect([late.exitCode, late.stdout.toString()]).toEqual([
    0,
    expect.stringContaining(`pid ${third.about.pid}`),
  ]);
  expect(await nextPid(third, "api")).not.toBe(0);
});

test("five who need one at once get the same one, and an upgrade leaves every app as it is", async () => {
  await using home = new ManagerHome();
  const command = [process.execPath, BUNCTL, "daemon"];
  const starting = Array.from({ length: 5 }, () =>
    Bun.spawn([...command, "start", "--json"], { env: process.env, stdout: "pipe", stderr: "pipe" }),
  );
  const said = await Promise.all(
    starting.map(async (child) => ({
      pid: JSON.parse(await child.stdout.text()).pid,
      errors: await child.stderr.text(),
      code: await child.exited,
    })),
  );
  const [{ pid } = { pid: 0 }] = said;
  expect(said).toEqual(Array.from({ length: 5 }, () => ({ pid, errors: "", code: 0 })));
  const old = await findService(MANAGER, "bunctl");
  await old?.start([home.spec("api")], START);
  const app = old === null ? 0 : await nextPid(old, "api");
  const upgraded = Bun.spawnSync([...command, "upgrade", "--json"], { env: process.env });
  expect(JSON.parse(upgraded.stdout.toString()).pid).not.toBe(pid);
  expect(isThere(pid)).toBe(false);
  const manager = await findService(MANAGER, "bunctl");
  expect(manager === null ? 0 : await nextPid(manager, "api")).toBe(app);
});

test("its socket and its lock are put back where somebody removes them", async () => {
  await using home = new ManagerHome();
  const manager = await home.start();
  const [socket] = socketsOf("bunctl");
  if (socket === undefined) throw new Error("nobody listens");
  const lock = socket.replace(/\.sock$/u, ".lock");
  rmSync(socket);
  rmSync(lock);
  expect(await until(() => existsSync(socket) && existsSync(lock))).toBe(true);
  // a socket has its name before anybody listens on it
  const found = await findWithin(PATIENCE_MS, () => findService(MANAGER, "bunctl"));
  expect(found?.about.pid).toBe(manager.about.pid);
});

test("started by a gated job, it and its apps outlive that job", async () => {
  await using home = new ManagerHome();
  const script = join(home.directory, "job.ts");
  writeFileSync(join(home.directory, "app.ts"), "setInterval(() => {}, 1000);\n");
  writeFileSync(
    script,
    `const { exitCode, stdout, stderr } = Bun.spawnSync([process.execPath, ${JSON.stringify(BUNCTL)}, "start", "app.ts"], { env: process.env });
     console.log(stdout.toString(), stderr.toString(), exitCode);
     process.exit(exitCode);\n`,
  );
  const gated = Bun.spawnSync([process.execPath, WRAPPER, "--memory", "900M", script], {
    cwd: home.directory,
    env: process.env,
  });
  expect([gated.exitCode, gated.stderr.toString()], gated.stdout.toString()).toEqual([0, ""]);
  const manager = await findService(MANAGER, "bunctl");
  expect(manager).not.toBeNull();
  if (manager === null) return;
  const [instance] = await instancesOf(manager);
  expect(isThere(pidOf(instance))).toBe(true);
  const groups = readFileSync(`/proc/${manager.about.pid}/cgroup`, "utf8");
  expect(groups).not.toContain("bun-watchdog-");
  expect(environment(manager.about.pid)).not.toContain("BUN_WATCHDOG_JOB");
  // its own job, and not the gate's
  expect(/BUN_WATCHDOG_JOB=([^\0]*)/u.exec(environment(pidOf(instance)))?.[1]).not.toContain("/");
  await manager.kill();
  expect(await until(() => !isThere(manager.about.pid))).toBe(true);
});

test("what startup has written is taken away also where there is no systemctl", async () => {
  await using home = new ManagerHome();
  const env = { ...process.env, PATH: home.directory, USER: "somebody-else" };
  const bunctl = (...words: readonly string[]): Bun.SyncSubprocess<"pipe", "pipe"> =>
    Bun.spawnSync([process.execPath, BUNCTL, ...words], { env });
  // an account is what the machine says it is
  const own = (await Bun.file("/etc/passwd").text())
    .split("\n")
    .find((line) => line.split(":")[2] === String(process.getuid?.()));
  expect(bunctl("startup", "--system", "--print").stdout.toString()).toContain(
    `\nUser=${own?.split(":")[0] ?? process.getuid?.()}\n`,
  );
  const unit = join(process.env["HOME"] ?? "", ".config/systemd/user/bunctl.service");
  const started = bunctl("startup");
  expect([started.exitCode, started.stderr.toString()]).toEqual([
    1,
    expect.stringContaining("systemctl --user daemon-reload && systemctl --user enable bunctl.service"),
  ]);
  expect(existsSync(unit)).toBe(true);
  const { exitCode, stdout, stderr } = bunctl("unstartup");
  expect([exitCode, stdout.toString(), stderr.toString()]).toEqual([
    0,
    expect.stringContaining("is removed"),
    expect.stringContaining("systemctl is not installed"),
  ]);
  expect(existsSync(unit)).toBe(false);
});
