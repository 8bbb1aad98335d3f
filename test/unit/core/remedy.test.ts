/** Every message about a stop names the key that would change it, as the configuration calls it. */
import { expect, test } from "bun:test";
import schema from "../../../config/bun-process-config.schema.json";
import { remedy, withRemedy } from "../../../src/core/plan/remedy.ts";
import type { StopRule } from "../../../src/core/plan/cause.ts";
import type { RuleName } from "../../../src/core/judge/verdict.ts";
import { LAUNCHED_WITH } from "../../../src/core/judge/verdicts/abandoned.ts";

test.each<[RuleName, string]>([
  ["timeout", 'raise processTimeoutMs, or a rule with "processTimeoutMs": null'],
  ["memory", 'raise maxMemoryUsageMB, or a rule with "maxMemoryUsageMB": null'],
  ["cpu", 'raise cpuHoldMs or maxCpuUsagePercent, or a rule with "maxCpuUsagePercent": null'],
  ["concurrency", 'raise maxConcurrentProcesses, or a rule with "maxConcurrentProcesses": null'],
])("%s", (rule, keys) => {
  expect(withRemedy({ rule, evidence: "has run" })).toBe(`has run; to allow it: ${keys}`);
  const named = keys.match(/[a-z]+[A-Z]\w+/g) ?? [];
  expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(named));
});

test.each<StopRule>(["manual", "leftover", "request", "leak"])("%s hangs on no key", (rule) =>
  expect(remedy({ rule, evidence: "was asked for" })).toBeNull(),
);

test("what the launch said is no matter of the configuration", () =>
  expect(
    remedy({ rule: "timeout", evidence: `has run for 2 s (${LAUNCHED_WITH} timeout of 1 s)` }),
  ).toBeNull());
