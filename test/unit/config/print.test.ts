import { expect, test } from "bun:test";
import { defaultRules } from "../../../src/core/judge/default-rules.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { parseConfig } from "../../../src/config/syntax/parse.ts";
import { ruleSetting } from "../../../src/config/schema/policy.ts";
import { printConfig } from "../../../src/config/print.ts";
import { Random, seed } from "../../support/random.ts";
import { validConfig } from "../../support/valid-config.ts";
import { scratch } from "./scratch.ts";

const KIRO = ".kiro/bun-process-config.json";
const load = (cwd: string) => loadConfig({ cwd, env: { BUN_WATCHDOG_ARM_TICKS: "8" }, uid: null, home: cwd });

test("every key, its value, and where it comes from", async () => {
  using at = scratch({
    [KIRO]: {
      maxCpuUsagePercent: 70,
      rules: [{ name: "db", match: { name: "db" }, processTimeoutMs: null }],
    },
  });
  const lines = printConfig(await load(at.root)).split("\n");
  expect(lines[0]).toBe(`// In force for ${at.root}; files read: ${at.path(KIRO)}`);
  expect(lines).toContain(`  "maxCpuUsagePercent": 70, // ${at.path(KIRO)}`);
  expect(lines).toContain('  "armTicks": 8, // BUN_WATCHDOG_ARM_TICKS');
  expect(lines).toContain('  "killGraceMs": 5000, // default');
  expect(lines).toContain(
    `    {"name":"db","match":{"name":"db"},"processTimeoutMs":null}, // ${at.path(KIRO)}`,
  );
  for (const rule of defaultRules) expect(lines).toContain(`    // ${JSON.stringify(ruleSetting(rule))},`);
});

test("a built-in rule, copied into a file, is a right rule with the same meaning", async () => {
  for (const rule of defaultRules) {
    const result = await parseConfig(JSON.stringify({ rules: [ruleSetting(rule)] }), rule.name);
    expect(result.ok, JSON.stringify(result)).toBe(true);
  }
});

test("what is printed, saved and loaded again is in force the same way", async () => {
  const number = seed();
  const random = new Random(number);
  for (let round = 0; round < 50; round++) {
    using at = scratch({ [KIRO]: validConfig(random) });
    const first = await load(at.root);
    at.write(KIRO, printConfig(first));
    expect((await load(at.root)).policy, `SEED=${number}`).toEqual(first.policy);
  }
});
