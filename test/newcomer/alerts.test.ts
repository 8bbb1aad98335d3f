/** Alerts of a real monitor: whatever the receiver does, runaways die in time and each alert arrives once it can, and once. */
import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCli, scratchProject, startMonitor, type Project } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { standings, type Standing } from "../support/outbox.ts";
import { isAlive, until } from "../support/ready.ts";
import { answer, OK, startReceiver, type Behaviour, type Receiver } from "../support/receiver.ts";
import { fixture } from "./bystander.ts";
import { dies, SCALED, seesOneDie, startRunaway } from "./scaled.ts";
import { ageMs } from "./tree.ts";

requireNamespace();

const projects: Project[] = [];
const projectFor = (alerts: object, more: object = {}): Project => {
  const made = scratchProject({ ...SCALED, ...more, alerts });
  projects.push(made);
  return made;
};
afterEach(() => {
  for (const each of projects.splice(0)) each[Symbol.dispose]();
});

const ids = ({ accepted }: Receiver): readonly string[] => accepted.map(({ id }) => id);
const stepsOf = (project: Project): readonly string[] =>
  project.events().flatMap((event) => (event.type === "outcome" ? [`kill-${event.stepId}`] : []));
const all = (project: Project, receiver: Receiver) => (): boolean =>
  stepsOf(project).every((step) => ids(receiver).includes(step));

/** Waits until the webhook stands like that. */
async function stands(project: Project, like: (webhook: Standing) => boolean): Promise<boolean> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const webhook = (await standings(project)).find(({ channel }) => channel === "webhook");
    if (webhook !== undefined && like(webhook)) return true;
    if (performance.now() > deadline) return false;
  }
}

describe("a receiver that misbehaves while runaways are stopped", () => {
  const REFUSING = "refusing";
  test.each<[string, Behaviour | typeof REFUSING]>([
    ["slow, 5 s", { kind: "slow", ms: 5_000 }],
    ["refusing", REFUSING],
    ["resetting", { kind: "reset" }],
    ["answering 500", answer(500)],
    ["answering 429", answer(429, "Retry-After: 2")],
  ])("%s: all are dead before any alert has arrived; then each arrives once", async (_, behave) => {
    await using receiver = await startReceiver(behave === REFUSING ? OK : behave);
    if (behave === REFUSING) await receiver.shut();
    const project = projectFor({ webhook: receiver.url });
    await using monitor = await startMonitor(project, ["--yes"]);
    {
      await using first = await startRunaway("first");
      await using second = await startRunaway("second");
      expect(await Promise.all([dies(first.root), dies(second.root)])).toEqual([true, true]);
    }
    expect(await until(() => stepsOf(project).length === 2)).toBe(true);
    if (behave !== REFUSING) expect(await until(() => receiver.requests.length > 0)).toBe(true);
    expect(receiver.accepted).toEqual([]);
    if (behave === REFUSING) await receiver.open();
    receiver.behave = OK;
    // it is still at work, and has more to say
    expect(await seesOneDie(project, "third")).toBe(true);
    expect(await until(all(project, receiver), 50_000)).toBe(true);
    expect(await monitor.stop()).toBe(0);
    expect(ids(receiver).toSorted()).toEqual(stepsOf(project).toSorted());
  });

  test("redirecting: refused for good, said once, nothing is carried elsewhere", async () => {
    await using elsewhere = await startReceiver();
    await using receiver = await startReceiver(answer(307, `Location: ${elsewhere.url}`));
    const project = projectFor({ webhook: receiver.url });
    await using _ = await startMonitor(project, ["--yes"]);
    expect(await seesOneDie(project, "first")).toBe(true);
    expect(await seesOneDie(project, "second")).toBe(true);
    expect(await stands(project, ({ failed }) => failed === 2)).toBe(true);
    expect(elsewhere.requests).toEqual([]);
    const troubles = project.events().filter(({ type }) => type === "trouble");
    expect(troubles).toHaveLength(1);
    expect(JSON.stringify(troubles)).toContain("HTTP 307");
  });
});

test("a monitor that is KILLed with alerts waiting: the next start delivers them, once", async () => {
  await using receiver = await startReceiver(answer(500));
  const project = projectFor({ webhook: receiver.url });
  const killed = await startMonitor(project, ["--yes"]);
  expect(await seesOneDie(project, "first")).toBe(true);
  expect(await seesOneDie(project, "second")).toBe(true);
  expect(await stands(project, ({ waiting }) => waiting === 2)).toBe(true);
  await killed.kill();
  receiver.behave = OK;
  await using next = await startMonitor(project, ["--yes"]);
  expect(await until(all(project, receiver), 50_000)).toBe(true);
  expect(await next.stop()).toBe(0);
  expect(ids(receiver).toSorted()).toEqual(stepsOf(project).toSorted());
});

test("told to stop while the receiver is silent: it ends, and the alert waits for the next start", async () => {
  await using receiver = await startReceiver({ kind: "silent" });
  const project = projectFor({ webhook: receiver.url });
  await using monitor = await startMonitor(project, ["--yes"]);
  expect(await seesOneDie(project, "first")).toBe(true);
  expect(await until(() => receiver.requests.length === 1)).toBe(true);
  expect(await monitor.stop()).toBe(0);
  expect(await standings(project)).toMatchObject([{ waiting: 1, delivered: 0 }]);
});

test("maxPerHour: what is beyond waits, one for all of it", async () => {
  await using receiver = await startReceiver();
  const project = projectFor({ webhook: receiver.url, maxPerHour: 1 });
  await using monitor = await startMonitor(project, ["--yes"]);
  for (const name of ["first", "second", "third"]) expect(await seesOneDie(project, name)).toBe(true);
  expect(await stands(project, ({ waiting, delivered }) => waiting === 1 && delivered === 1)).toBe(true);
  expect(await monitor.stop()).toBe(0);
  // the limit outlives the monitor
  await using _ = await startMonitor(project, ["--yes"]);
  expect(await seesOneDie(project, "fourth")).toBe(true);
  expect(await stands(project, ({ waiting, delivered }) => waiting === 1 && delivered === 1)).toBe(true);
  expect(receiver.requests).toHaveLength(1);
});

test("the same program again and again: one alert, and one that waits with a count", async () => {
  await using receiver = await startReceiver();
  const project = projectFor({ webhook: receiver.url });
  await using _ = await startMonitor(project, ["--yes"]);
  for (let round = 1; round <= 3; round++) {
    // not waited for: what comes back is as old as what it replaces, and may be dead before it is ready
    Bun.spawn(["setsid", "--fork", process.execPath, fixture("sleeper.ts"), "same"], {
      stdio: ["ignore", "ignore", "ignore"],
    });
    expect(await until(() => stepsOf(project).length === round, 20_000)).toBe(true);
  }
  expect(await stands(project, ({ waiting, delivered }) => waiting === 1 && delivered === 1)).toBe(true);
  expect(receiver.requests).toHaveLength(1);
});

test("a configuration that breaks is an alert; the address is shown and stored nowhere but in its file", async () => {
  await using receiver = await startReceiver(answer(403));
  const project = projectFor({});
  project.writeConfig({ ...SCALED, alerts: { webhook: receiver.url } });
  await using monitor = await startMonitor(project, ["--yes"]);
  writeFileSync(
    join(project.directory, ".kiro/bun-process-config.json"),
    `{"processTimeoutMs": "soon", "alerts": {"webhook": ${JSON.stringify(receiver.url)}}}`,
  );
  expect(await until(() => receiver.requests.length > 0)).toBe(true);
  expect(receiver.requests[0]?.body).toContain("processTimeoutMs");
  expect(await until(() => project.events().some(({ type }) => type === "trouble"))).toBe(true);
  const check = await runCli(["config", "check"], project);
  expect(check.exitCode).toBe(2);
  expect(await monitor.stop()).toBe(0);
  project.writeConfig({ ...SCALED, alerts: { webhook: receiver.url } });
  expect(await standings(project)).toMatchObject([{ failed: 1, waiting: 0 }]);
  const printed = await Promise.all(
    [
      ["alerts", "status"],
      ["alerts", "status", "--json"],
      ["alerts", "test"],
      ["config", "print"],
      ["config", "print", "--json"],
      ["logs"],
    ].map(async (args) => (await runCli(args, project)).stdout),
  );
  for (const output of printed) expect(output).toContain("http://127.0.0.1");
  const state = join(project.directory, ".kiro/state");
  const stored = readdirSync(state).map((name) => readFileSync(join(state, name), "latin1"));
  const others = [check.stderr, receiver.requests[0]?.body ?? "", monitor.output()];
  for (const text of [...printed, ...others, ...stored]) expect(text).not.toContain("0SECRET");
});

test("a webhook that is configured while it runs is used from then on", async () => {
  await using receiver = await startReceiver();
  const project = projectFor({});
  await using _ = await startMonitor(project, ["--yes"]);
  project.writeConfig({ ...SCALED, alerts: { webhook: receiver.url } });
  const changed = (): boolean => project.events().some(({ type }) => type === "config-changed");
  expect(await until(changed)).toBe(true);
  expect(await seesOneDie(project, "first")).toBe(true);
  expect(await until(() => receiver.accepted.length === 1)).toBe(true);
});

const withCommand = (command: readonly string[], more: object = {}): Project => {
  const project = projectFor({}, more);
  const directory = join(project.directory, ".config/bun-watchdog");
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "config.json"), JSON.stringify({ alerts: { command } }));
  return project;
};

describe("a command of the user-level file", () => {
  test("that is a Bun program over every limit ends by itself: it is ours, and has its own deadline", async () => {
    using place = scratchProject(null);
    const file = join(place.directory, "told.json");
    // longer than the timeout, and one job too many
    const command = [
      process.execPath,
      fixture("slow-messenger.ts"),
      file,
      String(2 * SCALED.processTimeoutMs),
    ];
    const project = withCommand(command, { maxConcurrentProcesses: 1 });
    await using _ = await startMonitor(project, ["--yes"]);
    expect(await seesOneDie(project, "first")).toBe(true);
    expect(await until(() => existsSync(file), 20_000)).toBe(true);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
      schemaVersion: 1,
      reason: "kill",
      rule: "timeout",
      alive: 0,
    });
    expect(stepsOf(project)).toHaveLength(1);
  });

  test("in the project's file it is refused", async () => {
    const project = projectFor({ command: ["sh", "-c", "true"] });
    const run = await runCli(["config", "check"], project);
    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).toContain("alerts.command");
  });
});

const ripe = async (name: string) => {
  const runaway = await startRunaway(name);
  await until(() => ageMs(runaway.root) > SCALED.processTimeoutMs);
  return runaway;
};

describe("a clean-up without a monitor", () => {
  test("tells what it stopped", async () => {
    await using receiver = await startReceiver();
    const project = projectFor({ webhook: receiver.url });
    await using runaway = await ripe("first");
    expect((await runCli(["cleanup"], project)).exitCode).toBe(0);
    expect(isAlive(runaway.root)).toBe(false);
    expect(ids(receiver)).toEqual(stepsOf(project));
    expect(receiver.accepted).toHaveLength(1);
  });

  test("does not wait for a receiver that is not there; the next monitor delivers it", async () => {
    await using receiver = await startReceiver();
    await receiver.shut();
    const project = projectFor({ webhook: receiver.url });
    {
      await using _ = await ripe("first");
      expect((await runCli(["cleanup"], project)).exitCode).toBe(0);
    }
    expect(await standings(project)).toMatchObject([{ waiting: 1, delivered: 0 }]);
    await receiver.open();
    await using _ = await startMonitor(project, ["--yes"]);
    expect(await until(() => receiver.accepted.length > 0, 50_000)).toBe(true);
    expect(ids(receiver)).toEqual(stepsOf(project));
  });
});

describe("alerts test", () => {
  test("0 when it arrives, 1 with the reason when it does not, 2 when there is nowhere to send it", async () => {
    await using receiver = await startReceiver();
    const project = projectFor({ webhook: receiver.url });
    expect(await runCli(["alerts", "test"], project)).toMatchObject({
      exitCode: 0,
      stdout: `ok      webhook http://127.0.0.1:${receiver.port}/…\n`,
      stderr: "",
    });
    expect(receiver.accepted).toHaveLength(1);
    receiver.behave = answer(410);
    const failed = await runCli(["alerts", "test", "--json"], project);
    expect(failed.exitCode).toBe(1);
    expect(JSON.parse(failed.stdout)).toMatchObject({
      schemaVersion: 1,
      channels: [{ channel: "webhook", result: "refused", why: expect.stringContaining("HTTP 410") }],
    });
    const none = await runCli(["alerts", "test"], projectFor({}));
    expect(none).toMatchObject({ exitCode: 2, stdout: "" });
    expect(none.stderr).toContain("alerts.webhook");
  });

  test("status without any is 0 and says how to have one", async () => {
    const run = await runCli(["alerts", "status"], projectFor({}));
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.stdout).toContain("alerts.webhook");
  });
});
