/** Whatever the receiver of alerts does: runaways die in time, and each alert arrives once it can, and once. */
import { describe, expect, test } from "bun:test";
import { startMonitor } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { standings } from "../support/outbox.ts";
import { until } from "../support/ready.ts";
import { answer, OK, startReceiver, type Behaviour } from "../support/receiver.ts";
import { all, ids, projectFor, stands, stepsOf } from "./alerting.ts";
import { dies, seesOneDie, startRunaway } from "./scaled.ts";

requireNamespace();

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
    // a busy machine may be short of something else, which is said as well
    const said = project.events().flatMap((each) => (each.type === "trouble" ? [each.what] : []));
    expect(said.filter((what) => what.startsWith("an alert did not reach"))).toEqual([
      expect.stringContaining("HTTP 307"),
    ]);
    expect(said.filter((what) => what.startsWith("alerts"))).toEqual([]);
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
