/** A manager whose lock, socket or books somebody has removed: no app runs twice, whoever starts a manager next. */
import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gateDirectory } from "../../src/host/scope.ts";
import { ensureRuntimeDirectory, runtimePath } from "../../src/os/runtime-directory.ts";
import { thisProcess } from "../../src/os/select-containers.ts";
import { MANAGER_NAME } from "../../src/wire/manager.ts";
import { ownUid } from "../../src/trust/open.ts";
import { runProgram } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { running } from "../support/proc.ts";
import { until } from "../support/ready.ts";
import { instancesOf, instancesUntil, ManagerHome } from "../support/running-manager.ts";

requireNamespace();

const START = { ifRunning: "keep", updateEnv: false } as const;
const BUNCTL = resolve(import.meta.dir, "../../scripts/bunctl.ts");

const APP = resolve(import.meta.dir, "../fixtures/apps/served.ts");

const runtime = (): string => ensureRuntimeDirectory(ownUid() ?? -1);

/** Of this PID namespace, as a cleaner of temporary files does it. */
function removeSocket(): void {
  for (const ending of ["lock", "sock"] as const)
    rmSync(runtimePath(runtime(), MANAGER_NAME, ending), { force: true });
}

function removeBooks(): void {
  const slots = join(gateDirectory(runtime(), { scope: "user" }), "slots");
  for (const name of readdirSync(slots))
    if (name.startsWith(`${thisProcess().pidNamespace}-`)) rmSync(join(slots, name));
}

const served = (): readonly number[] => running("fixtures/apps/served.ts").toSorted((a, b) => a - b);

test("an app that is in no books any more goes on under the next manager, and can be ended", async () => {
  await using home = new ManagerHome();
  const first = await home.start();
  await first.start([home.spec("api")], START);
  const [before] = await instancesUntil(first, ([one]) => one?.state === "online");
  expect(await until(() => served().length === 1)).toBe(true);
  removeBooks();
  await home.kill();
  const second = await home.start();
  const [after] = await instancesOf(second);
  expect(after?.root?.pid).toBe(before?.root?.pid ?? 0);
  expect(served()).toHaveLength(1);
  await second.stopApps(home.selecting("api"));
  expect(served()).toEqual([]);
  // its groups, which nobody had on record any more, go with it
  expect(groupsOf(before?.jobId ?? "")).toEqual([]);
});

const groupsOf = (jobId: string): readonly string[] =>
  Bun.spawnSync(["find", "/sys/fs/cgroup", "-type", "d", "-name", `bun-watchdog-${jobId}`])
    .stdout.toString()
    .split("\n")
    .filter(Boolean);

const everyFile = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map(({ parentPath, name }) => join(parentPath, name));

const DAMAGES: Readonly<Record<string, (kept: string) => void>> = {
  "the files of its instances are emptied": (kept) => {
    for (const file of everyFile(kept)) if (/\/\d+\.json$/u.test(file)) truncateSync(file);
  },
  "all of its files say nothing": (kept) => {
    for (const file of everyFile(kept)) writeFileSync(file, "{}");
  },
  "the whole state is removed": (kept) => rmSync(kept, { recursive: true }),
};

for (const [what, damage] of Object.entries(DAMAGES))
  test(`${what} while no manager lives: a start finds both of its processes`, async () => {
    await using home = new ManagerHome();
    const first = await home.start();
    const spec = home.spec("api", { instances: 2 });
    await first.start([spec], START);
    await instancesUntil(first, (all) => all.every(({ state }) => state === "online"));
    // one that is online may still be the launcher that becomes it
    expect(await until(() => served().length === 2)).toBe(true);
    const before = served();
    await home.kill();
    damage(home.kept);
    const second = await home.start();
    const { failures } = await second.start([spec], START);
    expect(failures).toEqual([]);
    const all = await instancesUntil(second, (now) => now.length === 2);
    expect(all.map(({ state }) => state)).toEqual(["online", "online"]);
    expect(all.map(({ root }) => root?.pid ?? 0).toSorted((a, b) => a - b)).toEqual([...before]);
    expect(served()).toEqual([...before]);
    await second.remove(home.selecting("all"));
    expect(served()).toEqual([]);
  });

test("a second manager is refused, though the first one's lock and socket are gone", async () => {
  await using home = new ManagerHome();
  const first = await home.start();
  await first.start([home.spec("api")], START);
  const [before] = await instancesUntil(first, ([one]) => one?.state === "online");
  expect(await until(() => served().length === 1)).toBe(true);
  // it cannot put them back
  process.kill(first.about.pid, "SIGSTOP");
  removeSocket();
  const second = Bun.spawn([process.execPath, BUNCTL, "daemon", "run"], { env: process.env, stderr: "pipe" });
  expect(await second.exited).not.toBe(0);
  expect(await second.stderr.text()).toContain(`kill ${first.about.pid}`);
  expect(served()).toEqual([before?.root?.pid ?? 0]);
  process.kill(first.about.pid, "SIGCONT");
  await home.kill();
});

test("a container whose manager is dead keeps its apps: one that shares its home starts none of them again", async () => {
  await using home = new ManagerHome();
  const pidFile = join(home.directory, "pid");
  const script = `"$@" start $APP --name api; "$@" pid api > ${pidFile}.new
    kill -KILL $(ps -o ppid= -p $(cat ${pidFile}.new)); mv ${pidFile}.new ${pidFile}; sleep 1000`;
  const other = { ...process.env, APP, XDG_RUNTIME_DIR: join(home.directory, "other") };
  mkdirSync(other.XDG_RUNTIME_DIR, { mode: 0o700 });
  const container = Bun.spawn(
    [
      "unshare",
      "--fork",
      "--pid",
      "--mount-proc",
      "--kill-child",
      "sh",
      "-c",
      script,
      "sh",
      process.execPath,
      BUNCTL,
    ],
    { cwd: home.directory, env: other, stdio: ["ignore", "inherit", "inherit"] },
  );
  expect(await until(() => existsSync(pidFile), 30_000)).toBe(true);
  const start = () =>
    runProgram([process.execPath, BUNCTL, "start", APP, "--name", "api"], {
      cwd: home.directory,
      env: process.env,
    });
  const refused = await start();
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("run in another container") });
  expect(served()).toHaveLength(1);
  container.kill("SIGKILL");
  expect(await until(() => served().length === 0, 20_000)).toBe(true);
  expect(await start()).toMatchObject({ exitCode: 0 });
});
