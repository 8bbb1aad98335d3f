import { expect, test } from "bun:test";
import { editDistance, nearest } from "../../../src/text/nearest.ts";

const KEYS = [
  "maxConcurrentProcesses",
  "maxCpuUsagePercent",
  "maxMemoryUsageMB",
  "processTimeoutMs",
  "mode",
  "rules",
  "scope",
];

test.each([
  ["maxConcurentProcesses", "maxConcurrentProcesses"],
  ["MAXCPUUSAGEPERCENT", "maxCpuUsagePercent"],
  ["max-memory-usage-mb", "maxMemoryUsageMB"],
  ["maxMemory", "maxMemoryUsageMB"],
  ["timeoutMs", "processTimeoutMs"],
  ["mdoe", "mode"],
  ["rule", "rules"],
  ["weather", null],
  ["x", null],
  ["", null],
  ["m".repeat(10_000), null],
])("%s → %s", (word, expected) => {
  expect(nearest(word, KEYS)).toBe(expected);
});

test.each([
  ["", "", 0],
  ["abc", "", 3],
  ["abc", "abc", 0],
  ["abc", "acb", 1],
  ["kitten", "sitting", 3],
])("distance of %p and %p is %i", (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
  expect(editDistance(b, a)).toBe(distance);
});
