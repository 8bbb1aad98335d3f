import { describe, expect, test } from "bun:test";
import { defaultRules } from "../../../src/core/judge/default-rules.ts";
import { launchPlan } from "../../../src/core/slots/launch-limits.ts";
import { packageScript } from "../../../src/core/process/package-script.ts";
import type { Rule } from "../../../src/core/judge/policy.ts";
import { aPolicy } from "../../support/build.ts";

const MB = 1_024 ** 2;
const limits = { concurrency: 3, cpuPercent: 80, memoryBytes: 1_024 * MB, timeoutMs: 300_000 };
const enforcing = aPolicy({ mode: "enforce", limits, rules: defaultRules, cpuHoldMs: 60_000 });
const planOf = (argv: readonly string[], rules: readonly Rule[] = []) =>
  launchPlan(["bun", ...argv], "/project", {}, { ...enforcing, rules: [...rules, ...defaultRules] }, null);

describe("what is spared from the timeout and takes no slot", () => {
  test.each([
    [["x.ts"], 300_000, true],
    [["run", "dev"], 300_000, true],
    [["test"], 300_000, true],
    [["--hot", "server.ts"], null, false],
    [["test", "--watch"], null, false],
    [["install"], null, false],
    [["--inspect", "x.ts"], null, false],
    [["x", "my-mcp-server"], null, false],
  ] as const)("bun %p: timeout %p, takes a slot: %p", (argv, timeoutMs, takesSlot) => {
    expect(planOf(argv)).toMatchObject({ limits: { timeoutMs }, takesSlot, sparing: true });
  });
});

test.each([
  ["bun --hot server.ts", null, false],
  ["NODE_ENV=test  bun run --watch server.ts", null, false],
  ["bun server.ts", 300_000, true],
  ["bun build x.ts && bun --hot server.ts", 300_000, true],
  ["vite", 300_000, true],
] as const)("bun run dev, which is %p: timeout %p, takes a slot: %p", (script, timeoutMs, takesSlot) => {
  const argv = ["bun", "run", "dev"];
  const known = packageScript(argv, JSON.stringify({ scripts: { dev: script } }));
  expect(launchPlan(argv, "/project", {}, enforcing, null, known)).toMatchObject({
    limits: { timeoutMs },
    takesSlot,
  });
});

test.each(["", "null", "[]", '{"scripts":{"dev":7}}', '{"scripts":null}', '{"scripts":{}}'])(
  "a package.json that says %p tells nothing",
  (manifest) => {
    expect(packageScript(["bun", "run", "dev"], manifest)).toBe(null);
    expect(packageScript(["bun", "run", "toString"], manifest)).toBe(null);
  },
);

test("flags come first, then rules, then the gate's own limit, then the limit for all", () => {
  const rule: Rule = {
    name: "big",
    match: { command: "big" },
    limits: { memoryBytes: 5 * MB, timeoutMs: 1 },
  };
  const memoryOf = (argv: readonly string[], flag: number | undefined, gate: number | null): number | null =>
    launchPlan(
      ["bun", ...argv],
      "/project",
      flag === undefined ? {} : { memoryBytes: flag },
      { ...enforcing, rules: [rule] },
      gate,
    ).limits.memoryBytes;
  expect(memoryOf(["big.ts"], 7 * MB, 6 * MB)).toBe(7 * MB);
  expect(memoryOf(["big.ts"], undefined, 6 * MB)).toBe(5 * MB);
  expect(memoryOf(["x.ts"], undefined, 6 * MB)).toBe(6 * MB);
  expect(memoryOf(["x.ts"], undefined, null)).toBe(1_024 * MB);
  expect(planOf(["big.ts"], [rule]).limits.timeoutMs).toBe(1);
});

test("a timeout that was asked for spares nobody", () => {
  const asked = launchPlan(["bun", "--hot", "x.ts"], "/", { timeoutMs: 5, cpuPercent: 50 }, enforcing, null);
  expect(asked).toMatchObject({
    limits: { timeoutMs: 5, cpu: { percent: 50, holdMs: 60_000 } },
    sparing: false,
  });
});

test("CPU is limited as the configuration says, also for what is spared from the timeout", () => {
  const rule: Rule = { name: "codec", match: { command: "encode" }, limits: { cpuPercent: null } };
  expect(planOf(["x.ts"]).limits.cpu).toEqual({ percent: 80, holdMs: 60_000 });
  expect(planOf(["--hot", "server.ts"]).limits.cpu).toEqual({ percent: 80, holdMs: 60_000 });
  expect(planOf(["encode.ts"], [rule]).limits.cpu).toBeNull();
});

test("observing, nothing is limited but what flags ask for", () => {
  const observing = { ...enforcing, mode: "observe" } as const;
  const none = launchPlan(["bun", "x.ts"], "/", {}, observing, null);
  expect(none).toMatchObject({ limits: { timeoutMs: null, memoryBytes: null, cpu: null }, takesSlot: true });
  expect(launchPlan(["bun", "x.ts"], "/", { memoryBytes: MB }, observing, null).limits.memoryBytes).toBe(MB);
});
