/** config/grafana-dashboard.json is current, and is what Grafana's published types (@grafana/schema) say a dashboard is. */
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { METRICS } from "../../src/http/metrics/all.ts";
import { sampleName } from "../../src/http/metrics/metric.ts";
import { GRAFANA_FILE, grafanaDashboard, QUERIES } from "../support/grafana-dashboard.ts";
import { repository, runProgram } from "../support/launch.ts";
import { needs, type Part } from "../support/skip.ts";

/** Below node_modules, where its types are found, and nobody else looks. */
const scratch = mkdtempSync(join(repository, "node_modules/.grafana-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const grafanaTypes: Part = {
  name: "@grafana/schema",
  missing: () =>
    Bun.file(join(repository, "node_modules/@grafana/schema/package.json")).size > 0
      ? null
      : "it is not installed (npm install)",
};

test("the file is current: else run test/support/grafana-dashboard.ts", async () => {
  expect(await Bun.file(GRAFANA_FILE).text()).toBe(grafanaDashboard());
});

/** An enum of Grafana's stands in JSON as its value. Objects keep their keys: what is too much is found too. */
const TYPES = `
import type { DataQuery, Dashboard, Panel, RowPanel, AnnotationQuery } from "@grafana/schema";
import type { Options as StatOptions } from "@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen";
import type { Options as TableOptions } from "@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen";
import type { FieldConfig as TimeSeriesField, Options as TimeSeriesOptions } from "@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen";
type Plain<T> = T extends string ? \`\${T}\` : T extends object ? { [Key in keyof T]: Plain<T[Key]> } : T;
interface Prometheus extends DataQuery {
  expr: string; legendFormat?: string; range?: boolean; instant?: boolean; editorMode: "code"; format?: "table";
}
type Of<Type extends string, Options, Custom> = Omit<Panel, "type" | "options" | "targets" | "fieldConfig"> & {
  type: Type; options: Partial<Options>; targets: Prometheus[];
  fieldConfig: Omit<NonNullable<Panel["fieldConfig"]>, "defaults"> & {
    defaults: Omit<NonNullable<Panel["fieldConfig"]>["defaults"], "custom"> & { custom?: Custom };
  };
};
type Ours = Of<"stat", StatOptions, never> | Of<"table", TableOptions, never> | Of<"timeseries", TimeSeriesOptions, TimeSeriesField> | RowPanel;
interface Marks extends AnnotationQuery { expr: string; step: string; titleFormat: string }
type Whole = Omit<Dashboard, "panels" | "annotations"> & { panels: Ours[]; annotations: { list: Marks[] } };
`;

async function complaints(dashboard: string): Promise<string> {
  writeFileSync(
    join(scratch, "dashboard.ts"),
    `${TYPES}\nexport const dashboard: Plain<Whole> = ${dashboard};\n`,
  );
  const options = [
    "--noEmit",
    "--strict",
    "--skipLibCheck",
    "--ignoreConfig",
    "--module",
    "preserve",
    "--target",
    "esnext",
  ];
  const tsc = [join(repository, "node_modules/.bin/tsc"), ...options, "--pretty", "false", "dashboard.ts"];
  const { stdout, stderr } = await runProgram(tsc, { cwd: scratch, env: process.env });
  return `${stdout}${stderr}`;
}

needs(grafanaTypes)(
  "Grafana's types take it, and would not take another one",
  async () => {
    const whole = grafanaDashboard();
    expect(await complaints(whole)).toBe("");
    const wrong = [
      ['"drawStyle": "line"', '"drawStyle": "wave"'],
      ['"placement": "bottom"', '"place": "bottom"'],
      ['"gridPos": {', '"gridPosition": {'],
      ['"schemaVersion": 39', '"schemaVersion": "39"'],
    ] as const;
    for (const [right, other] of wrong) {
      expect(whole).toContain(right);
      expect(await complaints(whole.replace(right, other))).toContain("error TS");
    }
  },
  30_000,
);

test("it asks for metrics that there are", () => {
  const known = new Set(METRICS.map(sampleName));
  const named = QUERIES.flatMap(([, { expr }]) =>
    [...expr.matchAll(/bun_watchdog_\w+/gu)].map(([name]) => name),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});
