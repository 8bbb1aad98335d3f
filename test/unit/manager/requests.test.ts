/** Reload, readiness, dependence, apply, scale and what is left after the manager's death, in a world without processes. */
import { expect, test } from "bun:test";
import { answer, first, named, running, START, states } from "../../support/asking.ts";
import { appsInLines } from "../../../src/render/apps/table.ts";
import { appSpec, type AppWorld } from "../../support/app-world.ts";

const RESTART = { how: "restart", parallel: false, shellEnv: null } as const;
const RELOAD = { how: "reload", parallel: false, shellEnv: null } as const;
const WHERE = "/project";
const jobs = (processes: readonly { readonly jobId: string }[]): string[] =>
  processes.map(({ jobId }) => jobId);

test("reload: one instance after the other, the new process ready before the old one is told", async () => {
  const readiness = { by: "message", withinMs: 3_000 } as const;
  const { world, manager } = await running(appSpec("api", { instances: 2 }));
  const declared = appSpec("api", { instances: 2, readiness });
  const asked = manager.answers.start([declared], { ...START, ifRunning: "reload" });
  await world.clock.advance(10);
  expect(jobs(world.of("api"))).toEqual(["job-1", "job-2", "job-3"]);
  expect(world.of("api").map(({ told }) => told)).toEqual([[], [], []]);
  await world.say(world.of("api")[2] ?? first(world, "api"), "ready");
  await world.clock.advance(10);
  expect(jobs(world.of("api"))).toEqual(["job-2", "job-3", "job-4"]);
  await world.say(world.of("api")[2] ?? first(world, "api"), "ready");
  const reply = await answer(world, asked);
  expect(reply.failures).toEqual([]);
  expect(states(reply)).toEqual(["0 api online", "1 api online"]);
  expect(jobs(world.of("api"))).toEqual(["job-3", "job-4"]);
  expect(reply.apps[0]?.instances.map(({ restarts }) => restarts)).toEqual([1, 1]);
});

test("a reload that fails: the old process stays, the new one is cleaned up, and the declaration before holds", async () => {
  const { world, manager } = await running(appSpec("api", { instances: 2 }));
  const declared = appSpec("api", { instances: 2, readiness: { by: "message", withinMs: 3_000 } });
  const reply = await answer(world, manager.answers.start([declared], { ...START, ifRunning: "reload" }));
  expect(reply.failures).toEqual([
    "api (instance 0) was not reloaded, and its old process goes on: the new one stopped after 3 s: it was not ready within 3 s. See: bunctl logs. An app that cannot share its port (reusePort) is not reloaded: bunctl restart api",
  ]);
  expect(jobs(world.of("api"))).toEqual(["job-1", "job-2"]);
  expect(reply.apps[0]?.spec.readiness).toEqual({ by: "start" });
});

test("the same after it was scaled, when its processes were started under two declarations", async () => {
  const { world, manager } = await running(appSpec("api"));
  await answer(world, manager.answers.scale(named("api"), "2"));
  const declared = appSpec("api", { readiness: { by: "message", withinMs: 3_000 } });
  const reply = await answer(world, manager.answers.start([declared], { ...START, ifRunning: "reload" }));
  expect(reply.failures).toHaveLength(1);
  expect(jobs(world.of("api"))).toEqual(["job-1", "job-2"]);
  expect(reply.apps[0]?.spec).toMatchObject({ readiness: { by: "start" }, instances: 2, scaledFrom: 1 });
});

test("so does the environment before, and whoever is too many is not restarted", async () => {
  const readiness = { by: "message", withinMs: 3_000 } as const;
  const declared = appSpec("api", { instances: 2, readiness, shellEnv: { A: "1" } });
  const { world, manager } = await running();
  const started = manager.answers.start([declared], START);
  await world.clock.advance(10);
  for (const process of world.of("api")) await world.say(process, "ready");
  await answer(world, started);
  const shellEnv = { A: "2" };
  const reply = await answer(world, manager.answers.restart(named("api"), { ...RELOAD, shellEnv }));
  expect([reply.failures.length > 0, reply.apps[0]?.spec.shellEnv]).toEqual([true, { A: "1" }]);
  const fewer = manager.answers.start([{ ...declared, instances: 1 }], { ...START, ifRunning: "restart" });
  expect((await answer(world, fewer)).failures.filter((why) => why.includes("another request"))).toEqual([]);
});

test("the old process ends in the middle of a reload: the new one takes its place", async () => {
  const readiness = { by: "port", host: "localhost", port: 80, withinMs: 9_000 } as const;
  const { world, manager } = await running();
  const started = manager.answers.start([appSpec("api", { readiness })], START);
  await world.clock.advance(10);
  await world.answer();
  await answer(world, started);
  const asked = manager.answers.restart(named("api"), RELOAD);
  await world.clock.advance(10);
  await world.exit(first(world, "api"));
  expect(states(await manager.answers.apps(null))).toEqual(["0 api starting"]);
  await world.answer();
  const reply = await answer(world, asked);
  expect([reply.failures, states(reply)]).toEqual([[], ["0 api online"]]);
  expect(jobs(world.of("api"))).toEqual(["job-2"]);
});

test("a stop during a start, a start during a stop, a delete during a wait: each is answered, and nothing runs twice", async () => {
  const { world, manager } = await running(appSpec("other"));
  const { answers } = manager;
  world.manners.spawnMs = () => 100;
  const started = answers.start([appSpec("api")], START);
  await world.clock.advance(150);
  const stopped = answers.stopApps(named("api"));
  const [start, stop] = await Promise.all([answer(world, started), answer(world, stopped)]);
  expect(start.failures).toEqual(["api was stopped meanwhile by another request."]);
  expect([stop.failures, states(stop), world.of("api")]).toEqual([[], ["1 api stopped"], []]);
  await answer(world, answers.startAgain(named("api"), START));
  world.manners.obeysAfterMs = () => 500;
  const stopping = answers.stopApps(named("api"));
  await world.clock.advance(50);
  const again = answers.startAgain(named("api"), START);
  const [lost, won] = await Promise.all([answer(world, stopping), answer(world, again)]);
  expect(lost.failures).toEqual(["api was started again meanwhile by another request."]);
  expect([won.failures, states(won), world.of("api").length]).toEqual([[], ["1 api online"], 1]);
  await world.exit(first(world, "api"));
  await world.clock.advance(500);
  await world.exit(first(world, "api"));
  expect(states(await answers.apps(named("api")))).toEqual(["1 api waiting"]);
  expect((await answer(world, answers.remove(named("api")))).failures).toEqual([]);
  await world.clock.advance(60_000);
  expect(world.of("api")).toEqual([]);
});

test("who cannot be killed is named by the stop, and by the delete, and not by a stop of the next process", async () => {
  const { world, manager } = await running(appSpec("api"));
  const { answers } = manager;
  const left = ["api has ended, but this of it could not be killed: bun (pid 9)."];
  world.manners.survivors = () => ["bun (pid 9)"];
  expect((await answer(world, answers.stopApps(named("api")))).failures).toEqual(left);
  world.manners.survivors = () => [];
  await answer(world, answers.startAgain(named("api"), START));
  expect((await answer(world, answers.stopApps(named("api")))).failures).toEqual([]);
  await answer(world, answers.startAgain(named("api"), START));
  world.manners.survivors = () => ["bun (pid 9)"];
  expect((await answer(world, answers.remove(named("api")))).failures).toEqual(left);
});

test("what an app depends on is ready before it starts, starts with it, and stops after it", async () => {
  const readiness = { by: "log", pattern: "listening", withinMs: 9_000 } as const;
  const { world, manager } = await running(appSpec("db"));
  await answer(world, manager.answers.stopApps(named("db")));
  const specs = [
    appSpec("api", { dependsOn: ["cache"] }),
    appSpec("cache", { dependsOn: ["db"], readiness }),
  ];
  const asked = manager.answers.start(specs, START);
  await world.clock.advance(100);
  expect(states(await manager.answers.apps(null))).toEqual([
    "0 db online",
    "1 api waiting",
    "2 cache starting",
  ]);
  await world.answer();
  expect((await answer(world, asked)).failures).toEqual([]);
  expect(states(await manager.answers.apps(null))).toEqual(["0 db online", "1 api online", "2 cache online"]);
  world.manners.obeysAfterMs = () => 100;
  const stopping = manager.answers.stopApps(named("all"));
  const seen: string[] = [];
  for (let look = 0; look < 3; look++) {
    await world.clock.advance(50);
    seen.push(world.alive.map(({ config }) => config.name).join(" "));
    await world.clock.advance(60);
  }
  await answer(world, stopping);
  expect(seen).toEqual(["db cache api", "db cache", "db"]);
});

test("a circle, an unknown dependence, and one that does not get ready are said", async () => {
  const { world, manager } = await running(appSpec("other"));
  const reply = await answer(
    world,
    manager.answers.start(
      [
        appSpec("a", { dependsOn: ["b"] }),
        appSpec("b", { dependsOn: ["a"] }),
        appSpec("c", { dependsOn: ["othr"] }),
        appSpec("d"),
      ],
      START,
    ),
  );
  expect(reply.failures).toEqual([
    "a cannot start, since apps depend on each other in a circle: a → b → a. Take one of them out of depends_on.",
    "b cannot start, since apps depend on each other in a circle: b → a → b. Take one of them out of depends_on.",
    "c cannot start: it depends on othr, and there is no such app in its folder. Did you mean other?",
  ]);
  expect(states(await manager.answers.apps(null))).toEqual(["0 other online", "1 d online"]);
  world.manners.spawnError = ({ name }) => (name === "db" ? "ENOENT" : null);
  const waits = await answer(
    world,
    manager.answers.start([appSpec("e", { dependsOn: ["db"] }), appSpec("db")], START),
  );
  expect(waits.failures).toEqual([
    "db has not started: it could not be started: ENOENT. It is tried again; see: bunctl logs",
    "e waits for db, which does not run (it could not be started: ENOENT). It starts once that is ready.",
  ]);
  world.manners.spawnError = () => null;
  await world.clock.advance(60_000);
  expect(states(await manager.answers.apps(named("db", "e")))).toEqual(["2 e online", "3 db online"]);
});

test("apply touches what differs; a limit or a number of instances restarts nobody; --prune removes", async () => {
  const { world, manager } = await running(
    appSpec("same"),
    appSpec("port", { env: { PORT: "1", API_KEY: "old", GONE: "x" } }),
    appSpec("small"),
    appSpec("many"),
    appSpec("old"),
    appSpec("halted"),
  );
  await answer(world, manager.answers.stopApps(named("halted")));
  const declared = [
    appSpec("same", { shellEnv: { PATH: "/elsewhere", SHLVL: "3" } }),
    appSpec("port", { env: { PORT: "2", API_KEY: "new" } }),
    appSpec("small", { limits: { memoryBytes: 1_000, cpuPercent: null, threads: null } }),
    appSpec("many", { instances: 3 }),
    appSpec("halted", { namespace: "other" }),
    appSpec("fresh"),
  ];
  const before = new Map(world.alive.map(({ config, jobId }) => [config.name, jobId]));
  const dry = await manager.answers.apply(declared, WHERE, { prune: true, dryRun: true });
  expect(dry.changes.map(({ app, action, differences }) => [app.name, action].concat(differences))).toEqual([
    ["same", "keep"],
    ["port", "change", "env.API_KEY: *** → ***", 'env.GONE: "x" → (none)', 'env.PORT: "1" → "2"'],
    ["small", "change", "limits.memoryBytes: null → 1000"],
    ["many", "change", "instances: 1 → 3"],
    ["halted", "change", 'namespace: "default" → "other"'],
    ["fresh", "add"],
    ["old", "remove"],
  ]);
  expect(new Map(world.alive.map(({ config, jobId }) => [config.name, jobId]))).toEqual(before);
  const { reply } = await answer(
    world,
    manager.answers.apply(declared, WHERE, { prune: true, dryRun: false }),
  );
  expect(reply.failures).toEqual([]);
  expect(states(reply)).toEqual([
    "0 same online",
    "1 port online",
    "2 small online",
    "3 many online",
    "6 many online",
    "7 many online",
    "5 halted stopped",
    "8 fresh online",
  ]);
  for (const name of ["same", "small", "many"]) expect(jobs(world.of(name))[0]).toBe(before.get(name) ?? "");
  expect(first(world, "small").told).toEqual([
    'limits {"memoryBytes":1000,"cpuPercent":null,"threads":null}',
  ]);
  expect(first(world, "port").config.env).toEqual({
    PATH: "/bin",
    PORT: "2",
    API_KEY: "new",
    NODE_APP_INSTANCE: "0",
  });
  expect(reply.apps.find(({ spec }) => spec.name === "halted")?.spec.namespace).toBe("other");
});

test("a config file that has changed restarts what runs of it, and starts nothing that was not started", async () => {
  const { world, manager } = await running(appSpec("api"), appSpec("by-hand", { source: null }));
  const changed = manager.configChanged([appSpec("api", { cwd: "/" }), appSpec("worker")], WHERE);
  const { reply } = await answer(world, changed);
  expect([reply.failures, states(reply), jobs(world.alive)]).toEqual([
    [],
    ["0 api online", "1 by-hand online"],
    ["job-2", "job-3"],
  ]);
  manager.configRejected(WHERE, "line 3: a comma is missing");
  expect(world.events.filter(({ words }) => words.includes("a comma is missing"))).toMatchObject([
    { type: "config", app: { name: "api" } },
  ]);
});

test("scale: a number, more, fewer, and what cannot be", async () => {
  const { world, manager } = await running(appSpec("api"), appSpec("db"));
  const scaled = async (change: string): Promise<readonly string[]> => {
    const reply = await answer(world, manager.answers.scale(named("api"), change));
    return [...reply.failures, ...states(await manager.answers.apps(named("api")))];
  };
  expect(await scaled("3")).toEqual(["0 api online", "2 api online", "3 api online"]);
  expect(await scaled("-1")).toEqual(["0 api online", "2 api online"]);
  expect(await scaled("+1")).toEqual(["0 api online", "2 api online", "4 api online"]);
  expect((await scaled("0"))[0]).toContain("An app has at least one instance");
  expect((await scaled("many"))[0]).toContain('"many" is no number of instances');
  expect(world.of("api").map(({ config }) => config.env?.["NODE_APP_INSTANCE"])).toEqual(["0", "1", "2"]);
});

test("a number that was asked for holds until the file says another one, or apply", async () => {
  const spec = appSpec("api", { source: "/project/bunctl.json" });
  const { world, manager } = await running(spec);
  await answer(world, manager.answers.scale(named("api"), "3"));
  const count = (): number => world.of("api").length;
  // what has changed is something else
  await answer(world, manager.configChanged([{ ...spec, env: { COLOR: "blue" } }], WHERE));
  expect(count()).toBe(3);
  await answer(world, manager.answers.stopApps(named("api")));
  await answer(world, manager.answers.start([spec], START));
  expect(count()).toBe(3);
  await answer(world, manager.answers.stopApps(named("api")));
  const reading = { environment: null, overrides: { instances: 1 }, fileMs: 0 };
  await answer(world, manager.answers.start([{ ...spec, reading }], START));
  expect(count()).toBe(1);
  await answer(world, manager.answers.scale(named("api"), "3"));
  await answer(world, manager.configChanged([{ ...spec, instances: 2 }], WHERE));
  expect(count()).toBe(2);
  await answer(world, manager.answers.scale(named("api"), "3"));
  await answer(
    world,
    manager.answers.apply([{ ...spec, instances: 2 }], WHERE, { prune: false, dryRun: false }),
  );
  expect(count()).toBe(2);
});

test("update-env takes the shell's environment, and nothing else does", async () => {
  const { world, manager } = await running(appSpec("api", { shellEnv: { A: "1" } }));
  const shellEnv = { A: "2" };
  await answer(
    world,
    manager.answers.start([appSpec("api", { shellEnv })], { ...START, ifRunning: "restart" }),
  );
  expect(first(world, "api").config.env?.["A"]).toBe("1");
  await answer(world, manager.answers.restart(named("api"), { ...RESTART, shellEnv }));
  expect(first(world, "api").config.env?.["A"]).toBe("2");
});

test("signals, reset, save and resurrect, kill", async () => {
  const { world, manager } = await running(appSpec("api"), appSpec("db"));
  const { answers } = manager;
  await answer(world, answers.stopApps(named("db")));
  expect((await answers.signal(named("all"), "usr2")).failures).toEqual([
    "db does not run, so SIGUSR2 reaches nobody.",
  ]);
  expect(first(world, "api").told).toEqual(["SIGUSR2"]);
  expect((await answers.signal(named("api"), "SIGPONY")).failures[0]).toContain("SIGPONY is no signal");
  await answer(world, answers.restart(named("api"), RESTART));
  expect((await answers.apps(named("api"))).apps[0]?.instances[0]?.restarts).toBe(1);
  await answers.reset(named("all"));
  expect((await answers.apps(named("api"))).apps[0]?.instances[0]?.restarts).toBe(0);
  expect(await answers.save()).toEqual({ path: "/state/dump.json", apps: 2 });
  await answer(world, answers.kill());
  expect([world.finished, world.alive, world.kept.size]).toEqual([true, [], 0]);
  const next = world.manager();
  await next.recover();
  expect(states(await answer(world, next.answers.resurrect()))).toEqual(["0 api online", "1 db stopped"]);
});

test("after the machine was started anew nothing runs until it is asked for", async () => {
  const { world, manager } = await running(appSpec("api"));
  manager.die();
  world.processes.clear();
  world.isSameBoot = false;
  const next = world.manager();
  await next.recover();
  const { apps } = await next.answers.apps(null);
  expect(apps[0]?.instances[0]).toMatchObject({ state: "stopped", lastExit: { reason: "unknown" } });
  expect(world.alive).toEqual([]);
});

test("a half-made start is found by its intent, and what it depended on is not started twice", async () => {
  const { world, manager } = await running(appSpec("other"));
  world.manners.spawnMs = () => 100;
  void manager.answers.start([appSpec("api")], START).catch(() => null);
  await world.clock.advance(150);
  manager.die();
  expect(jobs(world.of("api"))).toEqual(["job-2"]);
  const next = world.manager();
  const recovered = next.recover();
  await world.clock.advance(10);
  await recovered;
  expect(states(await next.answers.apps(named("api")))).toEqual(["1 api online"]);
  expect(jobs(world.of("api"))).toEqual(["job-2"]);
});

test("a restart that the manager's death has cut off is finished once, whatever was on its way out", async () => {
  const { world, manager } = await running(appSpec("api"));
  const kept = world.kept.get("/project api");
  const instance = kept?.instances.get(0);
  if (kept === undefined || instance === undefined) throw new Error("it is not kept");
  manager.die();
  world.processes.clear();
  kept.instances.set(0, { ...instance, phase: "restarting", jobId: null, leaving: ["job-gone"] });
  const next = world.manager();
  await next.recover();
  await world.clock.advance(10);
  expect(jobs(world.alive)).toEqual(["job-2"]);
  expect(states(await next.answers.apps(null))).toEqual(["0 api online"]);
});

test("an app that waits for another one starts as soon as it is declared without it", async () => {
  const { world, manager } = await running(appSpec("db"));
  world.manners.spawnError = ({ name }) => (name === "db" ? "ENOENT" : null);
  await world.exit(first(world, "db"));
  await answer(world, manager.answers.start([appSpec("api", { dependsOn: ["db"] })], START));
  expect(world.of("api")).toEqual([]);
  const { reply } = await answer(
    world,
    manager.answers.apply([appSpec("db"), appSpec("api")], WHERE, { prune: false, dryRun: false }),
  );
  expect(reply.failures).toEqual([]);
  expect(jobs(world.of("api"))).toHaveLength(1);
});

test("nothing waits for a clock while nothing is to happen", async () => {
  const { world } = await running(appSpec("api", { instances: 3 }), appSpec("db"));
  await world.clock.settle();
  expect(world.clock.sleepers).toBe(0);
});

test("of an app that was kept without its instances, since its manager died meanwhile, all can be started and deleted", async () => {
  const { world, manager } = await running(appSpec("api", { instances: 2 }));
  manager.die();
  world.processes.clear();
  for (const app of world.kept.values()) app.instances.clear();
  const next = world.manager();
  await next.recover();
  const reply = await answer(world, next.answers.start([appSpec("api", { instances: 2 })], START));
  expect(states(reply)).toEqual(["0 api online", "1 api online"]);
  await answer(world, next.answers.remove(named("api")));
  expect(world.kept.size).toBe(0);
});

test("one that cannot be taken over yet holds up no question about the others, and is not started twice", async () => {
  const { world, manager } = await running(appSpec("api"), appSpec("web"));
  manager.die();
  world.adoptError = "no descriptor is left";
  const next = world.manager();
  // no time goes by
  await next.recover();
  expect(world.alive).toHaveLength(2);
  const stopping = next.answers.stopApps(named("api"));
  await world.clock.advance(1_500);
  world.adoptError = null;
  await answer(world, stopping);
  expect(world.of("api")).toEqual([]);
  expect(world.of("web")).toHaveLength(1);
});

const LOSSES: Readonly<Record<string, (world: AppWorld) => void>> = {
  "the files of all instances": ({ kept }) => kept.forEach(({ instances }) => instances.clear()),
  "the file of one of them": ({ kept }) => kept.forEach(({ instances }) => instances.delete(0)),
  "all that was kept": ({ kept }) => kept.clear(),
  "which boot it was": (world) => (world.isSameBoot = false),
  "the newest of each": ({ kept }) =>
    kept.forEach(({ instances }) =>
      instances.forEach((one, id) => instances.set(id, { ...one, phase: "stopped", jobId: null })),
    ),
};

for (const [what, lose] of Object.entries(LOSSES))
  test(`${what} is lost while two run: they are found in the books, and none is started twice`, async () => {
    const spec = appSpec("api", { instances: 2 });
    const { world, manager } = await running(spec);
    const before = jobs(world.alive);
    manager.die();
    lose(world);
    const next = world.manager();
    await next.recover();
    const { apps } = await answer(world, next.answers.start([spec], START));
    const instances = apps.flatMap((app) => app.instances);
    expect(new Set(instances.map(({ jobId }) => jobId))).toEqual(new Set(before));
    expect(new Set(instances.map(({ id }) => id)).size).toBe(2);
    expect(jobs(world.alive)).toEqual(before);
    next.die();
    // it is kept again
    const third = world.manager();
    await third.recover();
    await answer(world, third.answers.kill());
    expect(world.alive).toEqual([]);
  });

test("lines that reached no file: an event, shown, and known to the next manager", async () => {
  const { world, manager } = await running(appSpec("api", { instances: 2 }));
  const lose = (lines: number): void => {
    const [, second] = [...world.outputs].toSorted();
    world.lose({ key: second ?? "", lines, words: `${lines} lines of its output lost: ENOSPC` });
  };
  lose(3);
  expect(world.events.at(-1)).toMatchObject({
    app: { name: "api" },
    instance: 1,
    type: "lost",
    words: "3 lines of its output lost: ENOSPC",
  });
  manager.die();
  const next = world.manager();
  await next.recover();
  lose(4);
  const shown = await next.answers.apps(null);
  expect(shown.apps[0]?.instances.map(({ lostLines }) => lostLines)).toEqual([0, 7]);
  expect(appsInLines(shown, 200).join("\n")).toMatch(/ 7 lines lost/u);
});
