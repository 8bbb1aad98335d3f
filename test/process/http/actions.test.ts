/** What a page has done: first a plan that sends nothing, then exactly that plan, and nothing for a page that is stale. */
import { afterAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ANSWERS } from "../../../src/http/schema/answers.ts";
import { startRunaway } from "../../newcomer/scaled.ts";
import { parse } from "../../newcomer/shapes.ts";
import { startDashboard, type TestDashboard } from "../../support/dashboard.ts";
import { scratchProject, startMonitor } from "../../support/launch.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { isAlive, startFixture, until, type Fixture } from "../../support/ready.ts";
import { needs, root } from "../../support/skip.ts";
import { reusePid } from "../../support/reuse-pid.ts";

requireNamespace();

/** What ran before the monitor has its reprieve for the whole test: only a person has it stopped. */
const CONFIG = {
  processTimeoutMs: 1_000,
  monitoringIntervalMs: 86_400_000,
  maxConcurrentProcesses: 50,
  killGraceMs: 1_000,
  armTicks: 1_000,
  scope: "project",
} as const;
const project = scratchProject(CONFIG);
afterAll(() => project[Symbol.dispose]());

const nameOf = ({ root: { pid, startTicks } }: Fixture): string => `${pid}-${startTicks}`;
const stop = (dashboard: TestDashboard, name: string, body: unknown = {}): Promise<Response> =>
  dashboard.post(`/api/processes/${name}/stop`, body);
const stopped = async (response: Response) => parse(ANSWERS.Stop, await response.text());
const cleaned = async (response: Response) => parse(ANSWERS.Cleanup, await response.text());

test("without a monitor nobody is signalled, and it is said what to do", async () => {
  await using dashboard = await startDashboard(project);
  await using victim = await startRunaway("nobody watches");
  const answers = await Promise.all([stop(dashboard, nameOf(victim)), dashboard.post("/api/cleanup", {})]);
  expect(answers.map(({ status }) => status)).toEqual([503, 503]);
  expect(await answers[0]?.text()).toContain("monitor --detach");
  expect(isAlive(victim.root)).toBe(true);
});

test("stop: a plan first, which is good once; then the process is dead, and a bystander lives", async () => {
  await using monitor = await startMonitor(project);
  await using dashboard = await startDashboard(project);
  await using victim = await startRunaway("chosen");
  await using bystander = await startRunaway("bystander");
  const name = nameOf(victim);
  const preview = await stopped(await stop(dashboard, name));
  expect(preview).toMatchObject({ dryRun: true, monitor: monitor.pid, survivors: 0 });
  expect(preview.plan.map(({ pid }) => pid)).toEqual([victim.root.pid]);
  expect(isAlive(victim.root)).toBe(true);
  const { planId: plan } = preview;
  // of somebody else, and of nobody: neither uses it up
  expect((await stop(dashboard, nameOf(bystander), { plan })).status).toBe(409);
  expect((await stop(dashboard, name, { plan: crypto.randomUUID() })).status).toBe(409);
  expect([isAlive(victim.root), isAlive(bystander.root)]).toEqual([true, true]);
  const report = await stopped(await stop(dashboard, name, { plan }));
  expect(report).toMatchObject({ dryRun: false, survivors: 0, planId: null });
  expect([isAlive(victim.root), isAlive(bystander.root)]).toEqual([false, true]);
  const again = await stop(dashboard, name, { plan });
  expect(again.status).toBe(409);
  expect(again.headers.get("content-type")).toBe("application/problem+json");
});

test("a process that has ended, or whose pid is another's now, is a conflict", async () => {
  await using _ = await startMonitor(project);
  await using dashboard = await startDashboard(project);
  const gone = await startRunaway("gone");
  const { planId: plan } = await stopped(await stop(dashboard, nameOf(gone)));
  await gone[Symbol.asyncDispose]();
  expect((await stop(dashboard, nameOf(gone), { plan })).status).toBe(409);
  expect((await stop(dashboard, nameOf(gone))).status).toBe(409);
  await using other = await startRunaway("same pid, other start");
  const { pid, startTicks } = other.root;
  expect((await stop(dashboard, `${pid}-${startTicks - 1}`)).status).toBe(409);
  expect(isAlive(other.root)).toBe(true);
});

test("who has come since the plan was shown is not stopped by it, and is in the next one", async () => {
  await using _ = await startMonitor(project);
  await using dashboard = await startDashboard(project);
  const parent = join(project.directory, "parent.ts");
  writeFileSync(
    parent,
    `process.on("SIGUSR2", () => console.log("child", Bun.spawn(["sleep", "1000"]).pid));
    setInterval(() => {}, 1_000);
    console.log("ready", process.pid);`,
  );
  await using victim = await startFixture([process.execPath, parent]);
  const name = nameOf(victim);
  const { planId: plan } = await stopped(await stop(dashboard, name));
  process.kill(victim.root.pid, "SIGUSR2");
  expect(await until(() => victim.lines.some((line) => line.startsWith("child ")))).toBe(true);
  const child = Number(victim.lines.find((line) => line.startsWith("child "))?.split(" ")[1]);
  const refused = await stop(dashboard, name, { plan });
  expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining(String(child))]);
  expect(isAlive(victim.root)).toBe(true);
  const next = await stopped(await stop(dashboard, name));
  expect(next.plan.map(({ targets }) => targets)).toEqual([[victim.root.pid, child]]);
  expect(await stopped(await stop(dashboard, name, { plan: next.planId }))).toMatchObject({ survivors: 0 });
});

test("of a stop whose monitor is killed meanwhile nothing is said to be dead", async () => {
  const monitor = await startMonitor(project);
  await using dashboard = await startDashboard(project);
  const stubborn = join(project.directory, "stubborn.ts");
  writeFileSync(
    stubborn,
    'process.on("SIGTERM", () => {}); setInterval(() => {}, 1_000); console.log("ready", process.pid);',
  );
  await using victim = await startFixture([process.execPath, stubborn]);
  const name = nameOf(victim);
  const { planId: plan } = await stopped(await stop(dashboard, name));
  const stopping = stop(dashboard, name, { plan });
  const isBegun = (): boolean =>
    project.events().some((event) => event.type === "intent" && event.victim.id.pid === victim.root.pid);
  expect(await until(isBegun)).toBe(true);
  await monitor.kill();
  const answer = await stopping;
  expect([answer.status, await answer.text()]).toEqual([502, expect.stringContaining("look again")]);
});

needs(root)("a pid that was given to somebody else between the plan and its confirmation", async () => {
  await using _ = await startMonitor(project);
  await using dashboard = await startDashboard(project);
  const victim = await startRunaway("to be replaced");
  const name = nameOf(victim);
  const { planId: plan } = await stopped(await stop(dashboard, name));
  await victim[Symbol.asyncDispose]();
  const innocent = await reusePid(victim.root.pid);
  try {
    expect((await stop(dashboard, name, { plan })).status).toBe(409);
    expect((await stop(dashboard, name)).status).toBe(409);
    expect(innocent.exitCode).toBeNull();
  } finally {
    innocent.kill("SIGKILL");
  }
});

test("cleanup: what is confirmed is stopped, in reprieve too; who was not in the plan is not", async () => {
  await using first = await startRunaway("first");
  await using second = await startRunaway("second");
  await using third = await startRunaway("third");
  project.writeConfig({ ...CONFIG, protect: ["third"] });
  await using _ = await startMonitor(project);
  await using dashboard = await startDashboard(project);
  const clean = async (body: unknown = {}): Promise<Response> => dashboard.post("/api/cleanup", body);
  const planOf = async (...wanted: readonly Fixture[]) => {
    for (;;) {
      const preview = await cleaned(await clean());
      if (preview.plan.length === wanted.length) return preview;
      // not yet over its limit
      await Bun.sleep(50);
    }
  };
  const shown = await planOf(first, second);
  expect(shown).toMatchObject({ mode: "dry-run", outcomes: [] });
  expect([isAlive(first.root), isAlive(second.root)]).toEqual([true, true]);
  // nobody was shown this one
  project.writeConfig(CONFIG);
  await planOf(first, second, third);
  const done = await cleaned(await clean({ plan: shown.planId }));
  expect(done).toMatchObject({ mode: "enforce", survivors: 0, planId: null });
  expect([first, second, third].map(({ root: each }) => isAlive(each))).toEqual([false, false, true]);
  expect((await clean({ plan: shown.planId })).status).toBe(409);
  await third[Symbol.asyncDispose]();
  expect((await cleaned(await clean())).planId).toBeNull();
});
