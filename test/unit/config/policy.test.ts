import { expect, test } from "bun:test";
import { defaultRules } from "../../../src/core/judge/default-rules.ts";
import { DEFAULTS } from "../../../src/config/schema/defaults.ts";
import { toPolicy } from "../../../src/config/schema/policy.ts";

const context = { projectRoot: "/srv/project", home: "/home/ada" };

test("the seed's keys become limits in the core's units", () => {
  const policy = toPolicy(DEFAULTS, context);
  expect(policy.limits).toEqual({
    concurrency: 3,
    cpuPercent: 80,
    memoryBytes: 1_073_741_824,
    timeoutMs: 300_000,
  });
  expect(policy.intervalMs).toBe(10_000);
  expect(policy.rules).toEqual(defaultRules);
  expect(policy.breakerKillsPerMinute).toBe(20);
});

test("null switches a limit off; defaultRules: false leaves the user's rules alone", () => {
  const rule = {
    name: "db",
    match: { cwd: "db" },
    maxMemoryUsageMB: 2,
    processTimeoutMs: null,
    maxConcurrentProcesses: null,
  };
  const policy = toPolicy(
    { ...DEFAULTS, maxMemoryUsageMB: null, defaultRules: false, rules: [rule] },
    context,
  );
  expect(policy.limits.memoryBytes).toBeNull();
  expect(policy.rules).toEqual([
    {
      name: "db",
      match: { cwd: "/srv/project/db" },
      limits: { memoryBytes: 2_097_152, timeoutMs: null, concurrency: null },
    },
  ]);
});

test("the user's rules come before the built-in ones", () => {
  const rule = { name: "mine", match: { command: "x" }, processTimeoutMs: 1_000 };
  const { rules } = toPolicy({ ...DEFAULTS, rules: [rule] }, context);
  expect(rules.map(({ name }) => name)).toEqual(["mine", ...defaultRules.map(({ name }) => name)]);
});

test("a protection is a pattern over the command, or a named match; ~ is the home", () => {
  const { protect } = toPolicy(
    { ...DEFAULTS, protect: ["my-server", { name: "work", match: { cwd: "~/work", listening: true } }] },
    context,
  );
  expect(protect).toEqual([
    { name: "my-server", match: { command: "my-server" } },
    { name: "work", match: { cwd: "/home/ada/work", listening: true } },
  ]);
});
