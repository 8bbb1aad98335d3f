/** Apps that really run, under a manager that really dies: what the engine promises holds with processes too. */
import { expect, test } from "bun:test";
import type { InstanceDocument } from "../../src/wire/manager.ts";
import { requireNamespace } from "../support/namespace.ts";
import { hasCode, running } from "../support/proc.ts";
import { until } from "../support/ready.ts";
import { instancesOf, instancesUntil, ManagerHome } from "../support/running-manager.ts";

requireNamespace();

const START = { ifRunning: "keep", updateEnv: false } as const;
const RELOAD = { how: "reload", parallel: false, shellEnv: null } as const;

/** Those that are said to run do, and no other; a child that is not its program yet looks like its parent for a moment. */
async function onlyRun(manager: Awaited<ReturnType<ManagerHome["start"]>>): Promise<readonly number[]> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const pids = (await instancesOf(manager)).filter(({ state }) => state === "online").map(pidOf);
    const now = running(APP);
    if (now.length === pids.length && now.every((pid) => pids.includes(pid))) return pids;
    if (performance.now() > deadline) throw new Error(`${pids.join()} are to run, and ${now.join()} do`);
    await Bun.sleep(20);
  }
}

const APP = "fixtures/apps/served.ts";
const HELPER = "sleep 100000";

const pidOf = (instance: InstanceDocument | undefined): number => instance?.root?.pid ?? 0;

/**
 * Pid of whoever answers on the port; "refused": nobody listens. A connection that the kernel had given to a process which closed
 * its socket just then is begun anew, as any client does.
 */
async function askPort(port: number): Promise<string> {
  for (;;)
    try {
      return await (await fetch(`http://127.0.0.1:${port}`, { headers: { connection: "close" } })).text();
    } catch (error) {
      if (!hasCode(error, "ECONNRESET")) return "refused";
    }
}

const freePort = (): number => {
  using server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  return server.port;
};

test("a crash: all of the old process is gone before the next one starts; stop leaves nothing", async () => {
  await using home = new ManagerHome();
  const manager = await home.start();
  const { failures } = await manager.start([home.spec("api", { env: { CHILD: "1" } })], START);
  expect(failures).toEqual([]);
  const [before] = await instancesOf(manager);
  expect(await until(() => running(HELPER).length === 1)).toBe(true);
  const [helper] = running(HELPER);
  process.kill(pidOf(before), "SIGKILL");
  const [after] = await instancesUntil(
    manager,
    ([one]) => one?.state === "online" && pidOf(one) !== pidOf(before),
  );
  expect(after?.lastExit).toMatchObject({ reason: "signal", signal: "SIGKILL" });
  expect(after?.restarts).toBe(1);
  expect(running(HELPER)).not.toContain(helper);
  expect(await onlyRun(manager)).toEqual([pidOf(after)]);
  const stopped = await manager.stopApps(home.selecting("api"));
  expect(stopped.apps[0]?.instances[0]?.state).toBe("stopped");
  expect([running(APP), running(HELPER)]).toEqual([[], []]);
});

test("who is deaf to SIGTERM is killed after its grace, its helper too; two clients at once", async () => {
  await using home = new ManagerHome();
  const manager = await home.start();
  const spec = home.spec("deaf", {
    env: { CHILD: "1", DEAF: "1" },
    stop: { signal: "SIGTERM", graceMs: 300, byMessage: false, tree: true },
  });
  await manager.start([spec], START);
  expect(await until(() => running(HELPER).length === 1)).toBe(true);
  const [stopped, removed] = await Promise.all([
    manager.stopApps(home.selecting("deaf")),
    manager.remove(home.selecting("deaf")),
  ]);
  expect([...stopped.failures, ...removed.failures]).toEqual([]);
  expect([running(APP), running(HELPER)]).toEqual([[], []]);
  expect(await instancesOf(manager)).toEqual([]);
});

test("reload: somebody answers all the time, and the old process stays where the new one fails", async () => {
  await using home = new ManagerHome();
  const manager = await home.start();
  const port = freePort();
  const env = { PORT: String(port) };
  await manager.start([home.spec("web", { env })], START);
  expect(await until(() => running(APP).length === 1)).toBe(true);
  while ((await askPort(port)) === "refused") await Bun.sleep(10);
  const [before] = await instancesOf(manager);
  const state = { isDone: false };
  const reloaded = manager.restart(home.selecting("web"), RELOAD).finally(() => (state.isDone = true));
  const answers: string[] = [];
  while (!state.isDone) answers.push(await askPort(port));
  expect((await reloaded).failures).toEqual([]);
  const [after] = await instancesOf(manager);
  expect(answers).not.toContain("refused");
  expect(await askPort(port)).toBe(String(pidOf(after)));
  expect(pidOf(after)).not.toBe(pidOf(before));
  // one that is never ready
  const readiness = { by: "log", pattern: "never", withinMs: 500 } as const;
  const failing = await manager.start([home.spec("web", { env, readiness })], {
    ...START,
    ifRunning: "reload",
  });
  expect(failing.failures.join()).toContain("its old process goes on");
  expect(await onlyRun(manager)).toEqual([pidOf(after)]);
  expect(await askPort(port)).toBe(String(pidOf(after)));
});

test("the manager is killed: apps run on, the next one goes on with them, and what ended meanwhile starts again", async () => {
  await using home = new ManagerHome();
  const first = await home.start();
  await first.start([home.spec("api", { instances: 2, env: { CHILD: "1" } }), home.spec("db")], START);
  const before = await instancesUntil(
    first,
    (all) => all.length === 3 && all.every(({ state }) => state === "online"),
  );
  await home.kill();
  expect(await until(() => running(APP).length === 3)).toBe(true);
  process.kill(pidOf(before[2]), "SIGKILL");
  expect(await until(() => running(APP).length === 2)).toBe(true);
  const second = await home.start();
  const after = await instancesUntil(second, (all) => all.every(({ state }) => state === "online"));
  for (const number of [0, 1]) {
    const { id, root, restarts, startedMs, jobId } = before[number] ?? {};
    expect(after[number]).toMatchObject({ id, root, restarts, startedMs, jobId, adopted: true });
  }
  expect(after[2]).toMatchObject({ restarts: 1, adopted: false, lastExit: { reason: "unknown" } });
  expect(await onlyRun(second)).toEqual(after.map(pidOf));
  // an adopted one is ended with all that belongs to it
  const { failures } = await second.stopApps(home.selecting("all"));
  expect(failures).toEqual([]);
  expect([running(APP), running(HELPER)]).toEqual([[], []]);
});

test("killed in the middle of starts, stops and reloads, the manager leaves no process without an owner, and none twice", async () => {
  await using home = new ManagerHome();
  const specs = ["a", "b", "c"].map((name) => home.spec(name, { instances: 2 }));
  for (let round = 0; round < 4; round++) {
    const manager = await home.start();
    const asked = [
      manager.start(specs, { ...START, ifRunning: "restart" }),
      manager.restart(home.selecting("a"), RELOAD),
      manager.stopApps(home.selecting("b")),
      manager.restart(home.selecting("c"), { ...RELOAD, how: "restart" }),
    ];
    // who is killed answers nobody
    for (const one of asked) one.catch(() => null);
    await Bun.sleep(round * 60);
    await home.kill();
    await Promise.allSettled(asked);
  }
  const manager = await home.start();
  const { failures } = await manager.start(specs, START);
  expect(failures).toEqual([]);
  await instancesUntil(manager, (all) => all.length === 6 && all.every(({ state }) => state === "online"));
  expect(await onlyRun(manager)).toHaveLength(6);
});
