/** Test files that end in every way: each has the verdict that is right, and nothing of them is alive afterwards. */
import { beforeAll, describe, expect, test } from "bun:test";
import type { TestReport } from "../../../src/core/tests/report.ts";
import { isolateJson, place } from "../../support/isolate.ts";
import { FLOOD_BYTES, SUITE, SUITE_MEMORY } from "../../support/isolate-suite.ts";
import { leftSince, living } from "../../support/mechanisms.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { ours, seeEnd } from "../../support/suite-end.ts";
import { withTemporary } from "../../support/temporary.ts";

requireNamespace();

let report: TestReport & { readonly code: number };
let left: readonly string[] = [];

beforeAll(async () => {
  const before = living();
  await withTemporary(async (folder) => {
    place(folder, Object.fromEntries(Object.entries(SUITE).map(([name, { source }]) => [name, source])));
    report = await isolateJson(folder, ["test", "--jobs", "6", "--timeout", "12s", "--memory", SUITE_MEMORY]);
  });
  left = await leftSince(before);
}, 120_000);

describe("each file", () => {
  for (const [name, { verdict, counts, running, error = "" }] of Object.entries(SUITE))
    test(`${name}: ${verdict}`, () => {
      const file = report.files.find((each) => each.file === name);
      expect(file?.verdict).toBe(verdict);
      const { passed = -1, failed = -1, errors = -1, skipped = -1, todo = -1 } = file?.counts ?? {};
      if (counts !== undefined) expect([passed, failed, errors, skipped + todo]).toEqual([...counts]);
      if (typeof running === "string")
        expect(file?.running).toMatchObject({ phase: running, test: null, line: null });
      else if (running !== undefined && "phase" in running) expect(file?.running).toEqual(running);
      else if (running !== undefined)
        expect(file?.running).toEqual({
          phase: "test",
          test: running[0],
          line: running[1],
          ended: running[2] ?? 0,
        });
      expect(file?.evidence ?? "").toContain(error);
      expect(file?.survivors).toEqual([]);
    });
});

test("the run as a whole", () => {
  expect(report.code).toBe(1);
  expect(report.ok).toBe(false);
  expect(report.files.map(({ file }) => file).toSorted()).toEqual(Object.keys(SUITE).toSorted());
  expect(report.notRun).toEqual([]);
});

test("nothing of them is alive", () => {
  expect(left).toEqual([]);
});

test("a flood of output costs bun-isolate itself no memory of its size", async () => {
  const { source = "" } = SUITE["flood.test.ts"] ?? {};
  const patient = ours("60s", 60_000);
  const { verdict, ending, anonBytes } = await seeEnd(patient, "flood.test.ts", source);
  expect([verdict, ending]).toEqual(["passed", "exit 0"]);
  // measured: 70 MB
  expect(anonBytes).toBeLessThan(0.8 * FLOOD_BYTES);
  expect(anonBytes).toBeGreaterThan(0);
}, 120_000);
