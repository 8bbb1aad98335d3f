/** The two formats, letter by letter, and who gets which. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { METRICS } from "../../../src/http/metrics/all.ts";
import type { Metric } from "../../../src/http/metrics/metric.ts";
import { formatFor, metricsText } from "../../../src/http/metrics/text.ts";
import { someDocuments } from "../../support/metric-documents.ts";
import { needs } from "../../support/skip.ts";

const HELP = 'A "word" \\ and\nanother.';
const metrics: readonly Metric[] = [
  {
    name: "x_bytes",
    type: "gauge",
    unit: "bytes",
    help: HELP,
    labels: ["a", "b"],
    read: () => [
      [1.5, ['"\\\n', "é"]],
      [null, ["c", ""]],
    ],
  },
  { name: "y", type: "counter", unit: null, help: "Y.", labels: [], read: () => [[1e21]] },
  { name: "z", type: "info", unit: null, help: "Z.", labels: ["v"], read: () => [[1, ["2"]]] },
  { name: "none", type: "gauge", unit: null, help: "None.", labels: [], read: () => [[null]] },
  {
    name: "odd",
    type: "gauge",
    unit: null,
    help: "Odd.",
    labels: [],
    read: () => [[Infinity], [-Infinity], [NaN], [-0.25]],
  },
];

test("the format of before OpenMetrics", () => {
  expect(metricsText(metrics, someDocuments(), "text")).toBe(
    `# HELP bun_watchdog_x_bytes A "word" \\\\ and\\nanother.
# TYPE bun_watchdog_x_bytes gauge
bun_watchdog_x_bytes{a="\\"\\\\\\n",b="é"} 1.5
# HELP bun_watchdog_y_total Y.
# TYPE bun_watchdog_y_total counter
bun_watchdog_y_total 1e+21
# HELP bun_watchdog_z_info Z.
# TYPE bun_watchdog_z_info gauge
bun_watchdog_z_info{v="2"} 1
# HELP bun_watchdog_odd Odd.
# TYPE bun_watchdog_odd gauge
bun_watchdog_odd +Inf
bun_watchdog_odd -Inf
bun_watchdog_odd NaN
bun_watchdog_odd -0.25
`,
  );
});

test("OpenMetrics: families without their ending, units, quotes escaped, and an end", () => {
  expect(metricsText(metrics.slice(0, 3), someDocuments(), "openmetrics")).toBe(
    `# TYPE bun_watchdog_x_bytes gauge
# UNIT bun_watchdog_x_bytes bytes
# HELP bun_watchdog_x_bytes A \\"word\\" \\\\ and\\nanother.
bun_watchdog_x_bytes{a="\\"\\\\\\n",b="é"} 1.5
# TYPE bun_watchdog_y counter
# HELP bun_watchdog_y Y.
bun_watchdog_y_total 1e+21
# TYPE bun_watchdog_z info
# HELP bun_watchdog_z Z.
bun_watchdog_z_info{v="2"} 1
# EOF
`,
  );
});

const OURS = "application/openmetrics-text";
test.each([
  [null, "text"],
  ["", "text"],
  ["*/*", "text"],
  ["text/html,*/*;q=0.8", "text"],
  [OURS, "openmetrics"],
  // Prometheus 2.42
  [
    `${OURS};version=1.0.0,${OURS};version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`,
    "openmetrics",
  ],
  // Prometheus 3
  [
    `${OURS};version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.4,*/*;q=0.1`,
    "openmetrics",
  ],
  [`${OURS};version=2.0.0`, "text"],
  [`${OURS};q=0, text/plain`, "text"],
  [`text/plain, ${OURS};q=0.5`, "text"],
  [`Text/Plain;Q=0.1, ${OURS.toUpperCase()}`, "openmetrics"],
  [`${OURS};q=much`, "text"],
  [";;,,=", "text"],
] as const)("who accepts %p gets %s", (accept, format) => {
  expect(formatFor(accept)).toBe(format);
});

needs("promtool")("promtool finds nothing to say about it", async () => {
  const child = Bun.spawn(["promtool", "check", "metrics"], {
    stdin: new Blob([metricsText(METRICS, someDocuments(), "text")]),
    stdout: "pipe",
    stderr: "pipe",
    cwd: join(import.meta.dir),
  });
  const [out, error, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  expect({ out, error, code }).toEqual({ out: "", error: "", code: 0 });
});
