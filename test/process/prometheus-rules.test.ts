/** config/prometheus, by Prometheus' own tool: the configuration, the rules, and the tests of the rules. */
import { afterAll, expect, test } from "bun:test";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { METRICS } from "../../src/http/metrics/all.ts";
import { sampleName } from "../../src/http/metrics/metric.ts";
import { repository, runProgram, type CliResult } from "../support/launch.ts";
import { needs } from "../support/skip.ts";

const FOLDER = join(repository, "config/prometheus");
const scratch = mkdtempSync(join(tmpdir(), "bun-watchdog-prometheus-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const promtool = (args: readonly string[], cwd = FOLDER): Promise<CliResult> =>
  runProgram(["promtool", ...args], { cwd, env: process.env });

needs("promtool").each([
  [["check", "config", "prometheus.yml"]],
  [["check", "rules", "alerts.yml"]],
  [["test", "rules", "alerts.test.yml"]],
])("promtool %p", async (args) => {
  expect(await promtool(args)).toMatchObject({ exitCode: 0, stderr: "" });
});

const rules = readFileSync(join(FOLDER, "alerts.yml"), "utf8");
const alerts = [
  ...rules.matchAll(/- alert: (?<name>\w+)\n\s+expr: (?<expression>[^]*?)\n\s+(?:for|labels):/gu),
].map(({ groups }) => [groups?.["name"] ?? "", groups?.["expression"] ?? ""] as const);

test("every alert is explained, and tested", () => {
  const page = readFileSync(join(repository, "docs/metrics.md"), "utf8");
  const tests = readFileSync(join(FOLDER, "alerts.test.yml"), "utf8");
  expect(alerts.length).toBe([...rules.matchAll(/- alert: /gu)].length);
  expect(alerts.filter(([name]) => !page.includes(`\`${name}\``))).toEqual([]);
  expect(alerts.filter(([name]) => !tests.includes(`alertname: ${name}\n`))).toEqual([]);
});

test("the rules ask for metrics that there are, with labels that these have", () => {
  const known = new Map(METRICS.map((metric) => [sampleName(metric), metric.labels]));
  for (const [name, expression] of alerts)
    for (const [, metric = "", matchers = ""] of expression.matchAll(
      /(bun_watchdog_\w+)(?:\{([^}]*)\})?/gu,
    )) {
      const labels = [...matchers.matchAll(/(\w+)=/gu)].map(([, label]) => label);
      expect([name, labels.filter((label) => !known.get(metric)?.includes(label ?? ""))]).toEqual([name, []]);
      expect([name, metric, known.has(metric)]).toEqual([name, metric, true]);
    }
});

needs("promtool")("the tests of the rules can fail: none of them fires, and each one is missed", async () => {
  cpSync(FOLDER, scratch, { recursive: true });
  const silent = alerts.reduce((text, [, expression]) => text.replace(expression, "vector(0) > 1"), rules);
  writeFileSync(join(scratch, "alerts.yml"), silent);
  const { exitCode, stdout, stderr } = await promtool(["test", "rules", "alerts.test.yml"], scratch);
  expect(exitCode).not.toBe(0);
  expect(alerts.filter(([name]) => !`${stdout}${stderr}`.includes(name))).toEqual([]);
});
