/** The manager of apps in a world without processes: what a person asks, what happens, and what is true afterwards. */
import { expect, test } from "bun:test";
import type { AppSpec } from "../../../src/core/app/app-spec.ts";
import { answer, first, named, running, START, states } from "../../support/asking.ts";
import { appSpec } from "../../support/app-world.ts";

test("start, stop, start again, delete: ids count on, and begin anew when nothing is left", async () => {
  const { world, manager } = await running(appSpec("api", { instances: 2 }), appSpec("db"));
  const { answers } = manager;
  expect(states(await answers.apps(null))).toEqual(["0 api online", "1 api online", "2 db online"]);
  expect(world.of("api").map(({ config }) => config.env?.["NODE_APP_INSTANCE"])).toEqual(["0", "1"]);
  expect(states(await answer(world, answers.stopApps(named("api"))))).toEqual([
    "0 api stopped",
    "1 api stopped",
  ]);
  expect(world.of("api")).toEqual([]);
  expect(states(await answer(world, answers.startAgain(named("0"), START)))).toEqual(["0 api online"]);
  await answer(world, answers.remove(named("api")));
  await answer(world, answers.start([appSpec("api")], START));
  expect(states(await answers.apps(null))).toEqual(["2 db online", "3 api online"]);
  expect((await answer(world, answers.remove(named("all")))).failures).toEqual([]);
  expect(world.alive).toEqual([]);
  await answer(world, answers.start([appSpec("api")], START));
  expect(states(await answers.apps(null))).toEqual(["0 api online"]);
});

test("a crash starts it again at once, and what fails again and again waits", async () => {
  const { world, manager } = await running(appSpec("api"));
  await world.clock.advance(5_000);
  await world.exit(first(world, "api"));
  expect(states(await manager.answers.apps(null))).toEqual(["0 api online"]);
  // the first failure after that costs no wait either, and a third one does
  await world.exit(first(world, "api"));
  expect(states(await manager.answers.apps(null))).toEqual(["0 api online"]);
  await world.exit(first(world, "api"));
  expect(states(await manager.answers.apps(null))).toEqual(["0 api waiting"]);
  expect(world.events.at(-1)?.words).toBe("starts again in 50 ms (2 failures in a row, 4 allowed)");
  await world.clock.advance(100);
  expect(states(await manager.answers.apps(null))).toEqual(["0 api online"]);
});

test("the wait of an app that fails again and again grows up to the slow retry, which shows its last words", async () => {
  const { world, manager } = await running(appSpec("api"));
  const seen: string[] = [];
  for (let failure = 0; failure < 7; failure++) {
    await world.exit(first(world, "api"));
    const [instance] = (await manager.answers.apps(null)).apps[0]?.instances ?? [];
    const waitMs = Math.max(0, (instance?.untilMs ?? 0) - (instance?.sinceMs ?? 0));
    seen.push(`${instance?.state} ${waitMs}`);
    expect(instance?.unstableRestarts).toBe(failure + 1);
    if (waitMs > 0) await world.clock.advance(waitMs);
  }
  expect(seen).toEqual([
    "online 0",
    "waiting 50",
    "waiting 100",
    "waiting 200",
    "retrying 45000",
    "retrying 90000",
    "retrying 180000",
  ]);
  const [instance] = (await manager.answers.apps(null)).apps[0]?.instances ?? [];
  expect(instance?.lastExit).toMatchObject({
    reason: "exited",
    code: 1,
    lastErrorLines: ["the last words of api-0"],
  });
  // up for long enough: what failed before is forgotten
  await world.clock.advance(2_000);
  await world.exit(first(world, "api"));
  expect((await manager.answers.apps(null)).apps[0]?.instances[0]?.unstableRestarts).toBe(0);
});

test("policy: never, on failure, and exit codes after which it stays down", async () => {
  const policy = appSpec("any").restart;
  const { world, manager } = await running(
    appSpec("never", { restart: { ...policy, when: "no" } }),
    appSpec("failing", { restart: { ...policy, when: "on-failure" } }),
    appSpec("done", { restart: { ...policy, stopExitCodes: [3] } }),
  );
  await world.exit(first(world, "never"));
  await world.exit(first(world, "failing"));
  await world.exit(first(world, "done"));
  expect(states(await manager.answers.apps(null))).toEqual([
    "0 never stopped",
    "1 failing online",
    "2 done online",
  ]);
  await world.exit(first(world, "failing"), { code: 0 });
  await world.exit(first(world, "done"), { code: 3 });
  expect(states(await manager.answers.apps(null))).toEqual([
    "0 never stopped",
    "1 failing stopped",
    "2 done stopped",
  ]);
  // cron starts what has ended by itself, and nothing that a person has stopped
  await answer(world, manager.answers.stopApps(named("done")));
  await manager.cronDue({ directory: "/project", name: "never" });
  await manager.cronDue({ directory: "/project", name: "done" });
  expect(states(await manager.answers.apps(null))).toEqual([
    "0 never online",
    "1 failing stopped",
    "2 done stopped",
  ]);
});

test("a graceful stop: signal, or message, then all of it is killed", async () => {
  const stop = { signal: "SIGINT", graceMs: 3_000, byMessage: false, tree: true } as const;
  const { world, manager } = await running(
    appSpec("deaf", { stop }),
    appSpec("polite", { stop: { ...stop, byMessage: true } }),
    appSpec("alone", { stop: { ...stop, tree: false } }),
  );
  world.manners.obeysAfterMs = ({ config }) => (config.name === "polite" ? 5 : null);
  const [deaf, polite, alone] = ["deaf", "polite", "alone"].map((name) => first(world, name));
  const asked = manager.answers.stopApps(named("all"));
  await world.clock.advance(2_990);
  expect(states(await manager.answers.apps(null))).toEqual([
    "0 deaf stopping",
    "1 polite stopped",
    "2 alone stopping",
  ]);
  expect(states(await answer(world, asked))).toEqual([
    "0 deaf stopped",
    "1 polite stopped",
    "2 alone stopped",
  ]);
  expect([deaf?.told, polite?.told, alone?.told]).toEqual([
    ["SIGINT", "SIGKILL"],
    ["shutdown"],
    ["SIGINT", "SIGKILL"],
  ]);
});

test("the old tree is gone before the next process starts", async () => {
  const { world, manager } = await running(appSpec("api"));
  world.manners.cleanMs = () => 500;
  const old = first(world, "api");
  await world.exit(old);
  await world.clock.advance(490);
  expect(world.of("api")).toEqual([old]);
  expect(states(await manager.answers.apps(null))).toEqual(["0 api stopping"]);
  await world.clock.advance(20);
  expect(world.of("api").map(({ jobId }) => jobId)).toEqual(["job-2"]);
});

test("what is no app is refused, and harms nobody", async () => {
  const { world, manager } = await running(appSpec("api"));
  const broken: readonly object[] = [
    {},
    { ...appSpec("a"), argv: [] },
    { ...appSpec("b"), env: { A: 1 } },
    { ...appSpec("c"), instances: 1e9 },
    { ...appSpec("d"), restart: null },
    { ...appSpec("e"), readiness: { by: "http", url: "no url", withinMs: 1 } },
    { ...appSpec("f"), readiness: { by: "constructor" } },
    { ...appSpec("g"), cwd: "/a\0b" },
    { ...appSpec("h"), stop: { ...appSpec("h").stop, signal: "SIGPONY" } },
  ];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it comes over a socket
  const { failures } = await answer(world, manager.answers.start(broken as AppSpec[], START));
  expect(failures.map((failure) => failure.replace(/.* look at /u, ""))).toEqual([
    "directory.",
    "argv.",
    "env.",
    "instances.",
    "restart.",
    "readiness.",
    "readiness.",
    "cwd.",
    "stop.",
  ]);
  expect(states(await manager.answers.apps(null))).toEqual(["0 api online"]);
});

test("of several that the disk refuses, one that it goes on refusing holds up nobody", async () => {
  const { world, manager } = await running(appSpec("api"), appSpec("db"));
  const { answers } = manager;
  world.diskError = "EROFS";
  await answer(world, answers.remove(named("api")));
  // a place that takes what is written may take back nothing
  world.diskError = null;
  world.forgetError = "EROFS";
  await world.exit(first(world, "db"));
  expect(states(await answers.apps(null))).toEqual(["1 db online"]);
  expect([...world.kept.values()].map(({ spec }) => spec.name)).toEqual(["api", "db"]);
  world.forgetError = null;
  await world.exit(first(world, "db"));
  expect([...world.kept.values()].map(({ spec }) => spec.name)).toEqual(["db"]);
});

test("flush and reloadLogs are for what is stopped, too, also after the manager is another one", async () => {
  const { world, manager } = await running(appSpec("api"));
  await answer(world, manager.answers.stopApps(named("api")));
  manager.die();
  const next = world.manager();
  await answer(world, next.recover());
  await answer(world, next.answers.flush(named("api")));
  await answer(world, next.answers.rotateLogs(named("api")));
  expect(world.steeredLogs.map(({ app, number, policy }) => [app, number, policy.out])).toEqual([
    ["api", 0, appSpec("api").logs.out],
    ["api", 0, appSpec("api").logs.out],
  ]);
});
