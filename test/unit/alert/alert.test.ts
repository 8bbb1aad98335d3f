import { describe, expect, test } from "bun:test";
import { alertOf, type Intent } from "../../../src/alert/decide/alert-of.ts";
import { ALERT_REASONS, testAlert, type Alert, type AlertPlace } from "../../../src/core/plan/alert.ts";
import {
  commandPayload,
  escapeSlack,
  plainText,
  slackText,
  webhookPayload,
} from "../../../src/alert/decide/payload.ts";
import type { EventBody, WatchdogEvent } from "../../../src/core/plan/event.ts";
import type { Outcome, Signal, TargetOutcome } from "../../../src/core/plan/outcome.ts";

const id = (pid: number) => ({ pid, startTicks: 7, exe: "8:1" });
const PLACE: AlertPlace = { host: "build-7", project: "/srv/shop" };
const STEP = "42:7@1000";

const target = (result: Outcome, signals: readonly Signal[] = ["SIGTERM"], pid = 42): TargetOutcome => ({
  id: id(pid),
  startTimeMs: 0,
  command: "bun spin.ts",
  result,
  signals,
  tookMs: 12,
});
const at = (body: EventBody, atMs = 1_000): WatchdogEvent => ({ ...body, atMs });
const outcome = (outcomes: readonly TargetOutcome[], command = "bun spin.ts"): WatchdogEvent =>
  at({
    type: "outcome",
    stepId: STEP,
    victim: { id: id(42), command },
    rule: "cpu",
    outcomes,
    left: [],
  });
const intent = (evidence = "used 100 % of a core for 62 s"): Intent => ({
  type: "intent",
  atMs: 900,
  stepId: STEP,
  victim: { id: id(42), command: "bun spin.ts" },
  targets: [],
  rule: "cpu",
  evidence,
  signal: "SIGTERM",
  limit: 80,
  value: 100,
  jobId: "42:7",
  kind: "run",
  cwd: "/srv/shop",
});

const GONE = target({ outcome: "gone" });
const SURVIVED = target({ outcome: "survived" }, ["SIGTERM", "SIGKILL"], 43);
const BREAKER = at({ type: "breaker", open: true, killsLastMinute: 20 });
const REJECTED = at({ type: "config-rejected", path: "/srv/shop/a.json", problem: "a.json:1: x is wrong" });

/** Of one event of each kind. */
const ids = (): (string | undefined)[] =>
  [outcome([GONE]), outcome([SURVIVED]), BREAKER, REJECTED].map(
    (event) => alertOf(event, null, ALERT_REASONS)?.id,
  );

describe("what is worth an alert", () => {
  test.each<[string, WatchdogEvent, Alert["reason"] | null]>([
    ["all dead", outcome([GONE]), "kill"],
    ["a zombie is dead", outcome([target({ outcome: "zombie", parent: 1, parentCommand: "init" })]), "kill"],
    ["one survives", outcome([GONE, SURVIVED]), "survivor"],
    ["one is not ours to stop", outcome([target({ outcome: "not-permitted", uid: 0 }, [])]), "survivor"],
    [
      "one comes back",
      outcome([target({ outcome: "respawned", by: 1, byCommand: "pm", pid: 9 })]),
      "survivor",
    ],
    ["it ended before anything was sent", outcome([target({ outcome: "gone" }, [])]), null],
    ["the pid is somebody else's by now", outcome([target({ outcome: "identity-changed" })]), null],
    ["the breaker opens", BREAKER, "breaker"],
    ["the breaker closes", at({ type: "breaker", open: false, killsLastMinute: 0 }), null],
    ["a configuration is rejected", REJECTED, "config-error"],
    ["a configuration is taken", at({ type: "config-changed", path: "/a" }), null],
    ["trouble, of an alert perhaps", at({ type: "trouble", what: "an alert did not arrive" }), null],
    ["an intent", intent(), null],
  ])("%s", (_, event, reason) => {
    expect(alertOf(event, null, ALERT_REASONS)?.reason ?? null).toBe(reason);
    expect(alertOf(event, null, [])).toBeNull();
    const others = ALERT_REASONS.filter((each) => each !== reason);
    expect(alertOf(event, null, others)).toBeNull();
  });

  test("the id comes from the event alone, and no two things share one", () => {
    expect(ids()).toEqual(ids());
    expect(new Set(ids()).size).toBe(4);
    // goes into an HTTP header
    for (const each of ids()) expect(each).toMatch(/^[\w:@.-]+$/);
  });
});

const alertFor = (event: WatchdogEvent, step: Intent | null = intent()): Alert => {
  const alert = alertOf(event, step, ALERT_REASONS);
  if (alert === null) throw new Error("no alert");
  return alert;
};

describe("text", () => {
  test.each<[string, Alert, string[]]>([
    [
      "a kill",
      alertFor(outcome([GONE])),
      [
        "Stopped bun spin.ts (pid 42); it is dead",
        'Why: cpu: used 100 % of a core for 62 s; it worked in /srv/shop; to allow it: raise cpuHoldMs or maxCpuUsagePercent, or a rule with "maxCpuUsagePercent": null',
        "bun-watchdog on build-7, project /srv/shop",
      ],
    ],
    [
      "a survivor",
      alertFor(outcome([GONE, SURVIVED])),
      [
        "Not stopped: bun spin.ts (pid 42); 1 of 2 not dead: pid 43 survived SIGKILL",
        'Why: cpu: used 100 % of a core for 62 s; it worked in /srv/shop; to allow it: raise cpuHoldMs or maxCpuUsagePercent, or a rule with "maxCpuUsagePercent": null',
        "bun-watchdog on build-7, project /srv/shop",
      ],
    ],
    [
      "the intent was not seen",
      alertFor(outcome([GONE]), null),
      [
        "Stopped bun spin.ts (pid 42); it is dead",
        'Why: cpu; to allow it: raise cpuHoldMs or maxCpuUsagePercent, or a rule with "maxCpuUsagePercent": null',
        "bun-watchdog on build-7, project /srv/shop",
      ],
    ],
    [
      "a configuration",
      alertFor(REJECTED),
      [
        "Configuration rejected: /srv/shop/a.json; the last good one stays in force",
        "a.json:1: x is wrong",
        "bun-watchdog on build-7, project /srv/shop",
      ],
    ],
    [
      "the same again, and others",
      { ...testAlert(0), repeats: 3, omitted: 1 },
      [
        "Test: alerts of bun-watchdog arrive here",
        "bun-watchdog on build-7, project /srv/shop; 3 more times since the last alert about it; 1 other alert beyond the hourly limit not sent",
      ],
    ],
  ])("%s", (_, alert, lines) => expect(plainText(alert, PLACE).split("\n")).toEqual(lines));

  test("markup of a hostile name means nothing to Slack, and no line can be made up", () => {
    const text = slackText(
      alertFor(outcome([GONE], "bun <!channel> `a` &\nStopped everything \u202e\x1b[31m")),
      PLACE,
    );
    expect(text).toContain("&lt;!channel&gt;");
    for (const character of ["<", ">", "\u202e", "\u001b"]) expect(text).not.toContain(character);
    expect(text.split("\n")).toHaveLength(3);
    // the code begins and ends where we say: one name, one host, one project
    expect(text.match(/`/g)).toHaveLength(8);
  });

  test.each([
    ["a & b", "a &amp; b"],
    ["<!everyone>", "&lt;!everyone&gt;"],
    ["&lt;", "&amp;lt;"],
    ["plain", "plain"],
  ])("escape %j", (text, escaped) => expect(escapeSlack(text)).toBe(escaped));

  test("however much there is to say, it stays short", () => {
    const many = Array.from({ length: 5_000 }, (_, pid) =>
      target({ outcome: "survived" }, ["SIGKILL"], pid + 2),
    );
    const long = alertFor(outcome(many, "x".repeat(100_000)), intent("e".repeat(100_000)));
    expect(slackText(long, { host: "h".repeat(9_999), project: "p".repeat(9_999) }).length).toBeLessThan(
      3_500,
    );
    expect(JSON.stringify(webhookPayload(long, PLACE)).length).toBeLessThan(8_000);
    expect(plainText(long, PLACE)).toContain("and 4988 more");
  });

  test("a secret in a rejected configuration is masked", () => {
    const problem = "a.json: logging.password=hunter2 is not a key";
    const alert = alertFor(at({ type: "config-rejected", path: "/a.json", problem }));
    expect(JSON.stringify(webhookPayload(alert, PLACE))).not.toContain("hunter2");
  });
});

const flat = (value: unknown): boolean => typeof value === "string" || typeof value === "number";

describe("payload", () => {
  test("only what Slack documents, our own in its metadata", () => {
    const payload = webhookPayload(alertFor(outcome([GONE])), PLACE);
    expect(Object.keys(payload)).toEqual(["text", "metadata"]);
    expect(payload).toMatchObject({
      metadata: {
        event_type: "bun_watchdog_alert",
        event_payload: {
          id: `kill-${STEP}`,
          reason: "kill",
          at: "1970-01-01T00:00:01.000Z",
          host: "build-7",
          project: "/srv/shop",
          pid: 42,
          command: "bun spin.ts",
          rule: "cpu",
          evidence: "used 100 % of a core for 62 s",
          targets: 1,
          alive: 0,
          outcomes: [{ pid: 42, outcome: "gone" }],
        },
      },
    });
  });

  test("Slack's metadata holds texts, numbers and lists of flat objects, nothing else", () => {
    for (const alert of [alertFor(outcome([GONE, SURVIVED]), null), alertFor(BREAKER), testAlert(0)]) {
      const { text: _, schemaVersion: __, ...fields } = commandPayload(alert, PLACE);
      for (const value of Object.values(fields)) {
        const fine = Array.isArray(value)
          ? value.every((each: object) => Object.values(each).every(flat))
          : flat(value);
        expect(fine).toBe(true);
      }
    }
  });
});
