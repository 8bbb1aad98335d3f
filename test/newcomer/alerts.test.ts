/** What is told, how often, and to whom: alerts of a real monitor and of a clean-up. */
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository, runCli, scratchProject, startMonitor, type Project } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { standings } from "../support/outbox.ts";
import { isAlive, startFixture, until } from "../support/ready.ts";
import { answer, startReceiver } from "../support/receiver.ts";
import { ids, projectFor, stands, stepsOf } from "./alerting.ts";
import { fixture } from "./bystander.ts";
import { SCALED, seesOneDie, startRunaway } from "./scaled.ts";
import { ageMs } from "./tree.ts";

requireNamespace();

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

test("what is started again, and the breaker that opens: told as what they are, and nothing else when nothing else is asked for", async () => {
  await using receiver = await startReceiver();
  const on = ["survivor", "breaker"];
  const project = projectFor({ webhook: receiver.url, on }, { breaker: { maxKillsPerMinute: 2 } });
  await using _ = await startMonitor(project, ["--yes"]);
  expect(await seesOneDie(project, "first")).toBe(true);
  const zoo = join(repository, "test/fixtures/zoo");
  await using supervised = await startFixture([
    "sh",
    join(zoo, "z09-supervised.sh"),
    process.execPath,
    join(zoo, "z09-supervised-child.ts"),
  ]);
  expect(await until(() => receiver.accepted.length === 2, 30_000)).toBe(true);
  const texts = receiver.accepted.map(({ body }) => body).join("\n");
  expect(texts).toContain("*Breaker open:* 2 stopped within a minute");
  expect(texts).toContain("*Not stopped:*");
  expect(texts).toContain(`by sh ${zoo}`);
  expect(isAlive(supervised.pids[1] ?? supervised.root)).toBe(true);
});

test("the same program again and again: one alert, and one that waits with a count", async () => {
  await using receiver = await startReceiver();
  const project = projectFor({ webhook: receiver.url });
  await using _ = await startMonitor(project, ["--yes"]);
  for (let round = 1; round <= 3; round++) {
    // not waited for: what comes back is as old as what it replaces, and may be dead before it is ready
    Bun.spawn(["setsid", "--fork", process.execPath, fixture("sleeper.ts"), "same"], {
      cwd: project.directory,
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
  const state = project.state();
  const stored = readdirSync(state, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), "latin1"));
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
  const directory = join(project.env["XDG_CONFIG_HOME"] ?? "", "bun-watchdog");
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

  test("a clean-up without a monitor spares it as well", async () => {
    using place = scratchProject(null);
    const file = join(place.directory, "told.json");
    // longer than a settled kill takes, and one job too many meanwhile
    const command = [process.execPath, fixture("slow-messenger.ts"), file, "1500"];
    const project = withCommand(command, { maxConcurrentProcesses: 1, processTimeoutMs: 60_000 });
    await using first = await startRunaway("first");
    await using second = await startRunaway("second");
    await using third = await startRunaway("third");
    const { exitCode, stdout } = await runCli(["cleanup", "--yes", "--json"], project);
    expect(exitCode).toBe(0);
    const { outcomes }: { outcomes: { rule: string; pid: number }[] } = JSON.parse(stdout);
    const roots = new Set([first, second, third].map(({ root }) => root.pid));
    expect(outcomes.map(({ pid }) => roots.has(pid))).toEqual([true, true]);
    expect(existsSync(file)).toBe(true);
  });

  test("in the project's file it is refused", async () => {
    const project = projectFor({});
    const file = { ...SCALED, alerts: { command: ["sh", "-c", "true"] } };
    writeFileSync(join(project.directory, ".kiro/bun-process-config.json"), JSON.stringify(file));
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
