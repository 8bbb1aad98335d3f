import { expect, test } from "bun:test";
import { DEFAULTS } from "../../../src/config/schema/defaults.ts";
import { configJsonSchema, SCHEMA_FILE } from "../../support/config-schema.ts";
import { parseConfig } from "../../../src/config/syntax/parse.ts";

test("the published JSON Schema is the one the schema makes (bun test/support/config-schema.ts writes it)", async () => {
  expect(await Bun.file(SCHEMA_FILE).text()).toBe(configJsonSchema());
});

test("it describes every key, and its defaults and examples are accepted", async () => {
  const schema: {
    properties: Record<string, { description?: string; default?: unknown; examples?: unknown[] }>;
  } = JSON.parse(configJsonSchema());
  expect(Object.keys(schema.properties).toSorted()).toEqual(["$schema", ...Object.keys(DEFAULTS)].toSorted());
  for (const [key, { description, examples = [], default: standard }] of Object.entries(schema.properties)) {
    expect(description, key).toBeString();
    for (const value of [...examples, ...(standard === undefined ? [] : [standard])]) {
      expect(await parseConfig(JSON.stringify({ [key]: value }), key)).toEqual({
        ok: true,
        layer: expect.anything(),
      });
    }
  }
});

test("the repository's own file is the seed's: five keys, the defaults", async () => {
  const own: unknown = await Bun.file(
    new URL("../../../.kiro/bun-process-config.json", import.meta.url),
  ).json();
  const {
    maxConcurrentProcesses,
    maxCpuUsagePercent,
    maxMemoryUsageMB,
    processTimeoutMs,
    monitoringIntervalMs,
  } = DEFAULTS;
  expect(own).toEqual({
    maxConcurrentProcesses,
    maxCpuUsagePercent,
    maxMemoryUsageMB,
    processTimeoutMs,
    monitoringIntervalMs,
  });
});
