/** The tables of docs/metrics.md, from the table of metrics: `bun test/support/metric-docs.ts` writes them into the page. */
import { METRICS } from "../../src/http/metrics/all.ts";
import { sampleName } from "../../src/http/metrics/metric.ts";
import { tableOf, withTable } from "./app-docs.ts";

export const METRIC_DOCS_FILE = new URL("../../docs/metrics.md", import.meta.url);

const code = (text: string): string => `\`${text}\``;

/** The page with its table as it is to be. */
export const withMetrics = (page: string): string =>
  withTable(
    page,
    "metrics",
    tableOf(
      ["metric", "type", "unit", "labels", "what it says"],
      METRICS.map((metric) => [
        code(sampleName(metric)),
        metric.type,
        metric.unit ?? "",
        metric.labels.map(code).join(", "),
        metric.help,
      ]),
    ),
  );

if (import.meta.main) await Bun.write(METRIC_DOCS_FILE, withMetrics(await Bun.file(METRIC_DOCS_FILE).text()));
