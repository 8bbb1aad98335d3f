import { expect, test } from "bun:test";
import type { EventBody, Named } from "../../../src/core/plan/event.ts";
import type { Outcome, TargetOutcome } from "../../../src/core/plan/outcome.ts";
import { type Level, renderEvent } from "../../../src/record/render-event.ts";

const named = (pid: number, command = `bun ${pid}.ts`): Named => ({
  id: { pid, startTicks: 1, exe: "1:2" },
  command,
});
const settled = (pid: number, result: Outcome): TargetOutcome => ({
  id: { pid, startTicks: 1, exe: null },
  startTimeMs: 0,
  command: "bun",
  result,
  signals: ["SIGTERM", "SIGKILL"],
  tookMs: 12.4,
});
const gone: Outcome = { outcome: "gone" };
const outcome = (...outcomes: readonly TargetOutcome[]): EventBody => ({
  type: "outcome",
  stepId: "s1",
  victim: named(7),
  rule: "timeout",
  outcomes,
  left: [],
});
const intent = {
  type: "intent",
  stepId: "s1",
  limit: 80,
  value: 100,
  jobId: "7:1",
  kind: "run",
  cwd: "/p",
} as const;
const victim = { victim: named(7), rule: "cpu", evidence: "100 % of a core for 60 s" } as const;

/** One row per event type; the compiler checks that none is missing. */
const rows: {
  readonly [Type in EventBody["type"]]: readonly (readonly [EventBody & { type: Type }, Level, string])[];
} = {
  started: [
    [
      { type: "started", pid: 1, mode: "enforce", scope: "user", config: "/p/c.json" },
      "info",
      "monitor started, pid 1, mode enforce, scope user, configuration /p/c.json",
    ],
    [
      { type: "started", pid: 1, mode: "observe", scope: "user", config: null },
      "info",
      "monitor started, pid 1, mode observe, scope user, no configuration file",
    ],
  ],
  stopped: [[{ type: "stopped", pid: 1, reason: "SIGTERM" }, "info", "monitor stopped, pid 1: SIGTERM"]],
  suspect: [
    [{ type: "suspect", ...victim }, "info", "suspect: pid 7 (bun 7.ts): cpu: 100 % of a core for 60 s"],
  ],
  intent: [
    [
      { ...intent, ...victim, targets: [named(7)], signal: "SIGTERM" },
      "warn",
      'stopping pid 7 (bun 7.ts): cpu: 100 % of a core for 60 s; to allow it: raise cpuHoldMs or maxCpuUsagePercent, or a rule with "maxCpuUsagePercent": null; it worked in /p; SIGTERM first, pid 7 (bun 7.ts) [s1]',
    ],
    [
      { ...intent, ...victim, targets: [named(7), named(8)], signal: "SIGKILL" },
      "warn",
      'stopping pid 7 (bun 7.ts): cpu: 100 % of a core for 60 s; to allow it: raise cpuHoldMs or maxCpuUsagePercent, or a rule with "maxCpuUsagePercent": null; it worked in /p; SIGKILL first, 2 processes: pid 7 (bun 7.ts), pid 8 (bun 8.ts) [s1]',
    ],
  ],
  freezing: [
    [{ type: "freezing", stepId: "s1", targets: [named(7)] }, "debug", "freezing pid 7 (bun 7.ts) [s1]"],
  ],
  outcome: [
    [
      {
        type: "outcome",
        stepId: "s1",
        victim: named(7),
        rule: "timeout",
        outcomes: [settled(7, gone)],
        left: [named(9)],
      },
      "info",
      "stopped pid 7 (bun 7.ts): over timeout; nothing of it is left: pid 7 gone by SIGTERM SIGKILL after 12 ms; left running: pid 9 (bun 9.ts) [s1]",
    ],
  ],
  thawed: [
    [
      { type: "thawed", targets: [named(7)] },
      "warn",
      "continued what an earlier run had frozen: pid 7 (bun 7.ts)",
    ],
  ],
  "held-back": [
    [
      { type: "held-back", ...victim, because: "the breaker is open" },
      "info",
      "not stopped: pid 7 (bun 7.ts): cpu: 100 % of a core for 60 s; the breaker is open",
    ],
  ],
  breaker: [
    [
      { type: "breaker", open: true, killsLastMinute: 21 },
      "error",
      "breaker open: 21 stopped in the last minute; only observing now",
    ],
    [
      { type: "breaker", open: false, killsLastMinute: 2 },
      "warn",
      "breaker closed: enforcing again (2 stopped in the last minute)",
    ],
  ],
  "config-changed": [
    [
      { type: "config-changed", path: "/p/c.json" },
      "info",
      "configuration /p/c.json changed and is in force",
    ],
  ],
  "config-rejected": [
    [
      { type: "config-rejected", path: "/p/c.json", problem: "line 2" },
      "error",
      "configuration /p/c.json rejected, the last good one stays in force: line 2",
    ],
  ],
  maintenance: [
    [{ type: "maintenance", task: "daily", text: "yesterday: 2 stopped" }, "info", "yesterday: 2 stopped"],
  ],
  trouble: [[{ type: "trouble", what: "no space left" }, "error", "no space left"]],
};

type Row = readonly [EventBody, Level, string];
const table: readonly Row[] = Object.values<readonly Row[]>(rows).flat();

test.each([...table])("%j", (event, level, text) => {
  expect(renderEvent({ ...event, atMs: 0 })).toEqual({ level, text });
});

test.each<readonly [Outcome, string]>([
  [{ outcome: "uninterruptible", where: "state D" }, "uninterruptible in state D, SIGKILL is pending"],
  [{ outcome: "not-permitted", uid: 5 }, "not permitted (user 5)"],
  [{ outcome: "not-permitted", uid: null }, "not permitted"],
  [{ outcome: "survived" }, "survived"],
  [{ outcome: "respawned", by: 3, byCommand: "pm2", pid: 9 }, "respawned as pid 9 by pid 3 (pm2)"],
])("what is not dead is an error and named: %j", (result, words) => {
  const { level, text } = renderEvent({ ...outcome(settled(7, gone), settled(8, result)), atMs: 0 });
  expect(level).toBe("error");
  expect(text).toBe(
    `not all stopped: pid 7 (bun 7.ts): over timeout; 1 dead, 1 not: pid 8 ${words} by SIGTERM SIGKILL after 12 ms [s1]`,
  );
});

test.each<readonly [Outcome, string]>([
  [{ outcome: "zombie", parent: 3, parentCommand: "sh" }, "zombie (its parent pid 3 (sh) has to reap it)"],
  [{ outcome: "identity-changed" }, "is another process now, nothing was sent"],
])("what is dead is no error: %j", (result, words) => {
  const { level, text } = renderEvent({ ...outcome(settled(7, result)), atMs: 0 });
  expect(level).toBe("info");
  expect(text).toContain(words);
});

test("hostile names stay on one short line", () => {
  const hostile = "x\n2026-01-01 info all is well\u001b[2J\u202e".repeat(500);
  const targets = Array.from({ length: 1_000 }, (_, index) => named(index + 1, hostile));
  const { text } = renderEvent({
    ...intent,
    stepId: hostile,
    victim: named(7, hostile),
    rule: "cpu",
    evidence: hostile,
    targets,
    signal: "SIGTERM",
    atMs: 0,
  });
  expect(text.length).toBeLessThanOrEqual(2_000);
  expect(text).not.toMatch(/[\p{Cc}\u202e]/u);
});
