import { expect, test } from "bun:test";
import { doubts } from "../../../src/doctor/configured.ts";
import { callingScripts } from "../../../src/doctor/callers.ts";
import type { Policy } from "../../../src/core/judge/policy.ts";
import { aPolicy, GB } from "../../support/build.ts";

const OFF = { concurrency: null, cpuPercent: null, memoryBytes: null, timeoutMs: null };
const limits = aPolicy().limits;
const machine = { isRoot: false, machineBytes: 8 * GB };
const namesOf = (facts: Partial<Policy>, circumstances = machine): string[] =>
  doubts(aPolicy(facts), circumstances).map(({ name }) => name);

test("the defaults leave no doubt", () => {
  expect(namesOf({})).toEqual([]);
});

test.each<[Partial<Policy>, string]>([
  [{ limits: OFF }, "limits"],
  [{ intervalMs: 300_001 }, "monitoringIntervalMs"],
  [{ cpuHoldMs: 9_999 }, "cpuHoldMs"],
  [{ killGraceMs: 300_001 }, "killGraceMs"],
  [{ limits: { ...limits, memoryBytes: 9 * GB } }, "maxMemoryUsageMB"],
  [{ armTicks: 361 }, "armTicks"],
  [{ scope: "machine" }, "scope"],
])("%j is hardly meant", (facts, key) => {
  expect(namesOf(facts)).toContain(`setting ${key}`);
});

test.each<[Partial<Policy>, boolean]>([
  [{ intervalMs: 300_000, cpuHoldMs: 300_000, armTicks: 0 }, false],
  [{ intervalMs: 300_001, cpuHoldMs: 300_001, armTicks: 0, limits: { ...limits, timeoutMs: null } }, false],
  [{ cpuHoldMs: 1, limits: { ...limits, cpuPercent: null } }, false],
  [{ armTicks: 360 }, false],
  [{ scope: "machine" }, true],
])("%j is fine (root: %p)", (facts, isRoot) => {
  expect(namesOf(facts, { ...machine, isRoot })).toEqual([]);
});

test.each([
  [
    '{"scripts":{"a":"bun-watchdog status","b":"x; fix-runaway-bun cleanup","c":"bun run bun:cleanup"}}',
    ["a", "b", "c"],
  ],
  ['{"scripts":{"a":"my-bun-watchdogs","b":["bun-watchdog"],"c":null}}', []],
  ['{"scripts":"bun-watchdog"}', []],
  ["{}", []],
  ["null", []],
  ["[1,2", []],
])("scripts that call us in %s", (text, expected) => {
  expect(callingScripts(text)).toEqual(expected);
});
