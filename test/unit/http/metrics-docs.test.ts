/** docs/metrics.md has every metric, as the table says it. */
import { expect, test } from "bun:test";
import { METRIC_DOCS_FILE, withMetrics } from "../../support/metric-docs.ts";

test("docs/metrics.md is current: else run test/support/metric-docs.ts", async () => {
  const page = await Bun.file(METRIC_DOCS_FILE).text();
  expect(page).toBe(withMetrics(page));
});
