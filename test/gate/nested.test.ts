/** Gated jobs inside each other: one slot, each with limits of its own, and the outer one ends with all that is in it. */
import { expect } from "bun:test";
import { CONFIG, fixture, gate, gateRun, slots, WRAPPER } from "../support/gating.ts";
import { scratchProject } from "../support/launch.ts";
import { leftSince, living } from "../support/mechanisms.ts";
import { readStat } from "../support/proc.ts";
import { needs, pidNamespace } from "../support/skip.ts";

const test = needs(pidNamespace);
const ONE_SLOT = { ...CONFIG, maxConcurrentProcesses: 1 };
const LEVEL = fixture("gate/level.ts");

test("three inside each other take one slot, and the innermost's exit code comes out", async () => {
  using project = scratchProject(ONE_SLOT);
  const { code, stderr } = await gateRun(project, [LEVEL, "3"], { env: { WRAPPER, ENDS: "7" } });
  expect({ code, stderr }).toEqual({ code: 7, stderr: "" });
  expect(slots()).toEqual([]);
});

test("the inner one's timeout ends the inner one", async () => {
  using project = scratchProject(ONE_SLOT);
  const { code, stderr } = await gateRun(project, [LEVEL, "1", "--timeout", "1s"], { env: { WRAPPER } });
  expect(code).toBe(124);
  expect(stderr.match(/limit 1 s/g)).toHaveLength(1);
  expect(slots()).toEqual([]);
});

test("the outer one's timeout ends all of them", async () => {
  const before = living();
  using project = scratchProject(ONE_SLOT);
  await using gated = gate(project, ["--timeout", "3s", LEVEL, "2"], { env: { WRAPPER } });
  await gated.ready();
  expect(await gated.exited).toBe(124);
  expect(gated.stderr()).toContain("limit 3 s");
  expect(await leftSince(before)).toEqual([]);
  // where the grace was too short for an inner wrapper to clear away its record, the next launch does
  expect((await gateRun(project, ["-e", "1"])).code).toBe(0);
  expect(slots()).toEqual([]);
});

test("the inner wrapper is KILLed: what it leaves ends with the outer one", async () => {
  const before = living();
  using project = scratchProject(ONE_SLOT);
  await using gated = gate(project, [LEVEL, "1"], { env: { WRAPPER } });
  const [innermost = 0] = await gated.ready();
  process.kill(readStat(innermost)?.ppid ?? 0, "SIGKILL");
  expect(await gated.exited).toBe(1);
  expect(gated.stderr()).toContain("left 1 process");
  expect(await leftSince(before)).toEqual([]);
  // the next launch clears away what the inner one had on record
  expect((await gateRun(project, ["-e", "1"])).code).toBe(0);
  expect(slots()).toEqual([]);
});
