/** Deliveries to receivers that misbehave, and to commands that hang: each alert arrives once it can, and once. */
import { afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, existsSync, writeFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testAlert, type Alert } from "../../src/core/plan/alert.ts";
import type { ChannelAnswer } from "../../src/alert/decide/answer.ts";
import { systemClock } from "../../src/os/clock.ts";
import type { Channel } from "../../src/alert/deliver/channel.ts";
import { openCommand } from "../../src/alert/deliver/command.ts";
import { Delivery } from "../../src/alert/deliver/delivery.ts";
import { openOutbox, type Outbox, isPending } from "../../src/alert/deliver/outbox.ts";
import { openWebhook } from "../../src/alert/deliver/webhook.ts";
import { allPids, readStat } from "../support/proc.ts";
import { until } from "../support/ready.ts";
import {
  answer,
  OK,
  SECRET_PATH,
  startReceiver,
  type Behaviour,
  type Receiver,
} from "../support/receiver.ts";

const PLACE = { host: "here", project: "/srv/shop" };
const wallMs = (): number => systemClock.wallMs();
const calm = new AbortController().signal;

let number = 0;
const anAlert = (): Alert => ({ ...testAlert(wallMs()), id: `alert-${++number}` });

const directories: string[] = [];
const scratch = (): string => {
  const directory = mkdtempSync(join(tmpdir(), "bun-watchdog-alerts-"));
  directories.push(directory);
  return directory;
};
afterEach(() => {
  for (const each of directories.splice(0)) rmSync(each, { recursive: true, force: true });
});

const webhookTo = ({ url }: Pick<Receiver, "url">, deliveryMs = 20_000): Channel =>
  openWebhook({ address: url, title: "http://127.0.0.1/…", place: PLACE, nowMs: wallMs, deliveryMs });

describe("one delivery", () => {
  test.each<[string, Behaviour, ChannelAnswer]>([
    ["200", OK, { result: "sent" }],
    ["500", answer(500), { result: "retry", why: "HTTP 500", afterMs: null }],
    ["429", answer(429, "Retry-After: 7"), { result: "retry", why: "HTTP 429", afterMs: 7_000 }],
    [
      "reset",
      { kind: "reset" },
      { result: "retry", why: "the connection broke before an answer (ECONNRESET)", afterMs: null },
    ],
    [
      "garbage",
      { kind: "garbage" },
      { result: "retry", why: "what answers is not a web server", afterMs: null },
    ],
    ["silence", { kind: "silent" }, { result: "retry", why: "no answer within 0.3 s", afterMs: null }],
    ["an endless answer", { kind: "endless", status: 200 }, { result: "sent" }],
    [
      "an endless failure",
      { kind: "endless", status: 503 },
      { result: "retry", why: "HTTP 503", afterMs: null },
    ],
    [
      "Slack's word",
      { kind: "answer", status: 404, body: "no_service" },
      { result: "refused", why: "HTTP 404 no_service: there is no such address any more; make a new one" },
    ],
    [
      "an answer that repeats the address",
      { kind: "answer", status: 404, body: `no route for /${SECRET_PATH}` },
      { result: "refused", why: "HTTP 404: there is no such address any more; make a new one" },
    ],
  ])("%s", async (_, behave, expected) => {
    await using receiver = await startReceiver(behave);
    const alert = anAlert();
    const channel = webhookTo(receiver, behave.kind === "silent" ? 300 : 20_000);
    expect(await channel.deliver(alert, calm)).toEqual(expected);
    // once: nothing below us repeats it
    expect(receiver.requests.map(({ id, path }) => ({ id, path }))).toEqual([
      { id: alert.id, path: `/${SECRET_PATH}` },
    ]);
  });

  test("a redirect is not followed", async () => {
    await using other = await startReceiver();
    for (const status of [301, 302, 307, 308]) {
      await using receiver = await startReceiver(answer(status, `Location: ${other.url}`));
      expect(await webhookTo(receiver).deliver(anAlert(), calm)).toMatchObject({ result: "refused" });
    }
    expect(other.requests).toEqual([]);
  });

  test("a name and a password in the address are sent as such, and not in the path", async () => {
    await using receiver = await startReceiver();
    const url = receiver.url.replace("127.0.0.1", "me:secret@127.0.0.1");
    expect(await webhookTo({ url }).deliver(anAlert(), calm)).toEqual({ result: "sent" });
    expect(receiver.requests[0]?.headers.toLowerCase()).toContain(
      `authorization: basic ${btoa("me:secret").toLowerCase()}`,
    );
  });
});

interface Setup extends AsyncDisposable {
  readonly delivery: Delivery;
  readonly outbox: Outbox;
  readonly complaints: readonly string[];
}

/** As a process that starts with what the outbox holds. */
function start(channel: Channel, directory = scratch()): Setup {
  const complaints: string[] = [];
  const complain = (what: string): void => void complaints.push(what);
  const outbox = openOutbox(join(directory, "outbox"), complain);
  const delivery = new Delivery(channel, outbox.entries(wallMs()), { outbox, clock: systemClock, complain });
  return { delivery, outbox, complaints, [Symbol.asyncDispose]: () => delivery.close(0) };
}

const ids = (all: readonly { readonly id: string }[]): readonly string[] => all.map(({ id }) => id);

describe("on their way", () => {
  const misbehaving: readonly (readonly [string, Behaviour])[] = [
    ["slow", { kind: "slow", ms: 5_000 }],
    ["500", answer(500)],
    ["reset", { kind: "reset" }],
    ["garbage", { kind: "garbage" }],
    ["429 with Retry-After", answer(429, "Retry-After: 1")],
  ];
  test.each(misbehaving)("%s: all arrive once it is well, in order, none twice", async (_, behave) => {
    await using receiver = await startReceiver(behave);
    await using setup = start(webhookTo(receiver));
    const alerts = [anAlert(), anAlert(), anAlert()];
    for (const alert of alerts) setup.delivery.put(alert, wallMs());
    expect(await until(() => receiver.requests.length > 0)).toBe(true);
    receiver.behave = OK;
    expect(await until(() => receiver.accepted.length >= alerts.length, 30_000)).toBe(true);
    expect(await until(() => setup.outbox.entries(wallMs()).every((entry) => !isPending(entry)))).toBe(true);
    expect(ids(receiver.accepted)).toEqual(ids(alerts));
    expect(setup.complaints).toEqual([]);
  });

  test("refused connections, then it is there", async () => {
    await using receiver = await startReceiver();
    await receiver.shut();
    await using setup = start(webhookTo(receiver));
    const alert = anAlert();
    setup.delivery.put(alert, wallMs());
    const answered = (): boolean =>
      setup.outbox.entries(wallMs())[0]?.lastAnswer?.includes("ECONNREFUSED") === true;
    expect(await until(answered)).toBe(true);
    await receiver.open();
    expect(await until(() => receiver.accepted.length > 0, 20_000)).toBe(true);
    expect(ids(receiver.accepted)).toEqual([alert.id]);
  });

  test("Retry-After is waited for", async () => {
    await using receiver = await startReceiver(answer(429, "Retry-After: 3600"));
    await using setup = start(webhookTo(receiver));
    const putMs = wallMs();
    setup.delivery.put(anAlert(), putMs);
    const next = (): number => setup.outbox.entries(wallMs())[0]?.nextMs ?? 0;
    expect(await until(() => next() >= putMs + 3_600_000)).toBe(true);
    expect(receiver.requests).toHaveLength(1);
  });

  test("a refusal is said once, with the status and a hint, and not tried again", async () => {
    await using receiver = await startReceiver(answer(403));
    await using setup = start(webhookTo(receiver));
    for (const alert of [anAlert(), anAlert(), anAlert()]) setup.delivery.put(alert, wallMs());
    const failed = (): boolean => setup.outbox.entries(wallMs()).every(({ failedMs }) => failedMs !== null);
    expect(await until(failed)).toBe(true);
    expect(receiver.requests).toHaveLength(3);
    expect(setup.complaints).toHaveLength(1);
    expect(setup.complaints[0]).toContain("HTTP 403: the address may not post there");
    expect(setup.complaints[0]).not.toContain("SECRET");
  });

  test("another address in the configuration is tried at once, whatever the first one asked for", async () => {
    await using first = await startReceiver(answer(429, "Retry-After: 3600"));
    await using second = await startReceiver();
    await using setup = start(webhookTo(first));
    const alert = anAlert();
    setup.delivery.put(alert, wallMs());
    const answered = (): boolean => setup.outbox.entries(wallMs())[0]?.lastAnswer === "HTTP 429";
    expect(await until(answered)).toBe(true);
    setup.delivery.use(webhookTo(second));
    expect(await until(() => second.accepted.length === 1)).toBe(true);
    expect(ids(second.accepted)).toEqual([alert.id]);
    expect(first.requests).toHaveLength(1);
  });

  test("given up after 24 h", async () => {
    await using receiver = await startReceiver(answer(500));
    await using setup = start(webhookTo(receiver));
    setup.delivery.put(anAlert(), wallMs() - 24 * 3_600_000);
    expect(await until(() => setup.complaints.length > 0)).toBe(true);
    expect(setup.complaints[0]).toContain("HTTP 500, after 1 attempts");
    expect(setup.outbox.entries(wallMs())).toMatchObject([{ attempts: 1, deliveredMs: null }]);
  });

  test("one that is held goes out when it is due, as it was put last; the others do not wait for it", async () => {
    await using receiver = await startReceiver();
    await using setup = start(webhookTo(receiver));
    const held = anAlert();
    setup.delivery.put(held, wallMs() + 600_000);
    const other = anAlert();
    setup.delivery.put(other, wallMs());
    expect(await until(() => receiver.accepted.length === 1)).toBe(true);
    setup.delivery.put({ ...held, repeats: 3 }, wallMs() + 200);
    expect(await until(() => receiver.accepted.length === 2)).toBe(true);
    expect(ids(receiver.accepted)).toEqual([other.id, held.id]);
    expect(receiver.accepted[1]?.body).toContain("3 more times");
  });

  test("one that is held until a day that the clock was set back from goes out at once", async () => {
    await using receiver = await startReceiver();
    await using setup = start(webhookTo(receiver));
    const alert = anAlert();
    setup.delivery.put(alert, wallMs() + 100 * 24 * 3_600_000);
    expect(await until(() => receiver.accepted.length === 1)).toBe(true);
    expect(ids(receiver.accepted)).toEqual([alert.id]);
  });

  test("closing delivers what is due and leaves the rest for the next process", async () => {
    await using receiver = await startReceiver();
    const directory = scratch();
    const first = start(webhookTo(receiver), directory);
    const [due, held] = [anAlert(), anAlert()];
    first.delivery.put(due, wallMs());
    first.delivery.put(held, wallMs() + 60_000);
    await first.delivery.close(2_000);
    expect(ids(receiver.accepted)).toEqual([due.id]);
    await using second = start(webhookTo(receiver), directory);
    expect(second.outbox.entries(wallMs()).filter(isPending)).toMatchObject([{ alert: { id: held.id } }]);
  });

  test("a receiver that is silent does not hold up the end, and the alert is not lost", async () => {
    await using receiver = await startReceiver({ kind: "silent" });
    const directory = scratch();
    const first = start(webhookTo(receiver), directory);
    const alert = anAlert();
    first.delivery.put(alert, wallMs());
    expect(await until(() => receiver.requests.length === 1)).toBe(true);
    await first.delivery.close(200);
    receiver.behave = OK;
    await using _ = start(webhookTo(receiver), directory);
    expect(await until(() => receiver.accepted.length === 1)).toBe(true);
    // the same key: whoever had taken the first knows the second
    expect(ids(receiver.requests)).toEqual([alert.id, alert.id]);
  });

  test("two processes with one outbox, as a clean-up that ends while a monitor starts: none is delivered twice", async () => {
    await using receiver = await startReceiver({ kind: "slow", ms: 300 });
    const directory = scratch();
    await using first = start(webhookTo(receiver), directory);
    const alerts = [anAlert(), anAlert(), anAlert()];
    const dueMs = wallMs() + 500;
    for (const alert of alerts) first.delivery.put(alert, dueMs);
    await using second = start(webhookTo(receiver), directory);
    const waiting = (): boolean => second.outbox.entries(wallMs()).some(isPending);
    expect(await until(() => !waiting(), 20_000)).toBe(true);
    // both have to find out that nothing is left for them
    await Promise.all([first.delivery.close(1_000), second.delivery.close(1_000)]);
    expect(new Set(ids(receiver.requests))).toEqual(new Set(ids(alerts)));
    expect(receiver.requests).toHaveLength(alerts.length);
  });

  test("a disk that takes nothing: said once, and they go out all the same", async () => {
    await using receiver = await startReceiver();
    const directory = scratch();
    // a file where the directory should be
    writeFileSync(join(directory, "outbox"), "");
    const complaints: string[] = [];
    const complain = (what: string): void => void complaints.push(what);
    const outbox = openOutbox(join(directory, "outbox"), complain);
    const delivery = new Delivery(webhookTo(receiver), [], { outbox, clock: systemClock, complain });
    const alerts = [anAlert(), anAlert()];
    for (const alert of alerts) delivery.put(alert, wallMs());
    expect(await until(() => receiver.accepted.length === 2)).toBe(true);
    expect(complaints).toHaveLength(1);
    // what could not be written is, once there is a disk
    rmSync(join(directory, "outbox"), { recursive: true });
    await delivery.close(0);
    expect(outbox.entries(wallMs()).map(({ deliveredMs }) => deliveredMs !== null)).toEqual([true, true]);
  });
});

const commandOf = (script: string, deliveryMs = 20_000, alertPids = new Set<number>()): Channel =>
  openCommand({ argv: ["sh", "-c", script], title: "sh", place: PLACE, alertPids, deliveryMs });

describe("a command", () => {
  test("gets the alert on its standard input, and its text in the environment; what it prints goes nowhere", async () => {
    const directory = scratch();
    const alertPids = new Set<number>();
    const script = `cat > '${directory}/in'; printf '%s\\n%s' "$BUN_WATCHDOG_ALERT_REASON" "$BUN_WATCHDOG_ALERT_TEXT" > '${directory}/env'; echo out; echo err >&2`;
    const alert = anAlert();
    expect(await commandOf(script, 20_000, alertPids).deliver(alert, calm)).toEqual({ result: "sent" });
    expect(JSON.parse(readFileSync(join(directory, "in"), "utf8"))).toMatchObject({
      schemaVersion: 1,
      id: alert.id,
      reason: "test",
      host: "here",
    });
    expect(readFileSync(join(directory, "env"), "utf8").split("\n")[0]).toBe("test");
    expect(alertPids.size).toBe(0);
  });

  test.each<[string, string, ChannelAnswer]>([
    ["fails", "exit 3", { result: "retry", why: "it ended with 3", afterMs: null }],
    ["is ended", "kill -9 $$", { result: "retry", why: "it was ended by SIGKILL", afterMs: null }],
    ["never reads", "exit 0", { result: "sent" }],
  ])("that %s", async (_, script, expected) =>
    expect(await commandOf(script).deliver(anAlert(), calm)).toEqual(expected),
  );

  test.each(["sleep 1000", "trap '' TERM HUP INT; while :; do sleep 1; done"])(
    "that hangs is dead when it has had its time: %s",
    async (script) => {
      const directory = scratch();
      const path = join(directory, "pid");
      const alertPids = new Set<number>();
      const delivered = commandOf(`echo $$ > '${path}'; ${script}`, 500, alertPids).deliver(anAlert(), calm);
      const pid = (): number => (existsSync(path) ? Number(readFileSync(path, "utf8")) : 0);
      expect(await until(() => pid() > 0)).toBe(true);
      expect(alertPids.has(pid())).toBe(true);
      expect(await delivered).toEqual({ result: "retry", why: "it did not end in time", afterMs: null });
      expect(readStat(pid())).toBeNull();
      expect(alertPids.size).toBe(0);
    },
  );

  test("of a delivery that was interrupted before it began lives no longer", async () => {
    const interrupted = await commandOf("sleep 1000", 300_000).deliver(anAlert(), AbortSignal.abort());
    expect(interrupted).toEqual({ result: "retry", why: "it did not end in time", afterMs: null });
  });

  test("that is not there is refused with what to correct", async () => {
    const channel = openCommand({
      argv: ["/nowhere/notify"],
      title: "x",
      place: PLACE,
      alertPids: new Set(),
    });
    expect(await channel.deliver(anAlert(), calm)).toEqual({
      result: "refused",
      why: "it cannot be started (ENOENT): correct alerts.command",
    });
  });

  test("that fails every time is given up, and leaves nothing behind", async () => {
    const directory = scratch();
    const path = join(directory, "runs");
    writeFileSync(path, "");
    const channel: Channel = { ...commandOf(`echo run >> '${path}'; exit 1`), mostAttempts: 2 };
    await using setup = start(channel, directory);
    const before = allPids().length;
    setup.delivery.put(anAlert(), wallMs());
    expect(await until(() => setup.complaints.length > 0, 20_000)).toBe(true);
    expect(setup.complaints[0]).toContain("it ended with 1, after 2 attempts");
    expect(setup.complaints).toHaveLength(1);
    expect(readFileSync(path, "utf8")).toBe("run\nrun\n");
    expect(await until(() => allPids().length <= before)).toBe(true);
  });
});
