/**
 * The two text formats that Prometheus reads, and which one was asked for: the one of before OpenMetrics, 0.0.4, and OpenMetrics
 * 1.0.0. https://prometheus.io/docs/instrumenting/exposition_formats/ and https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
import { sampleName, type Documents, type Metric, type Sample } from "./metric.ts";

export type Format = "text" | "openmetrics";

export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  text: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/** Who says nothing gets the older one, which everybody reads; so does who wants it more. A weight of 0 means: never. */
export function formatFor(accept: string | null): Format {
  const weightOf = (type: string): number =>
    Math.max(0, ...rangesIn(accept ?? "").flatMap((range) => (range.type === type ? [range.weight] : [])));
  const wanted = weightOf("application/openmetrics-text");
  return wanted > 0 && wanted >= weightOf("text/plain") ? "openmetrics" : "text";
}

/** RFC 9110, 12.5.1. A range in a version that we do not speak is left out. */
const rangesIn = (accept: string): readonly { readonly type: string; readonly weight: number }[] =>
  accept.split(",").flatMap((range) => {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const valueOf = (name: string): string | undefined =>
      parameters.find((parameter) => parameter.startsWith(`${name}=`))?.slice(name.length + 1);
    const version = valueOf("version");
    const isOurs = type !== "application/openmetrics-text" || [undefined, "0.0.1", "1.0.0"].includes(version);
    const weight = Number(valueOf("q") ?? 1);
    return isOurs && weight >= 0 ? [{ type, weight }] : [];
  });

export function metricsText(metrics: readonly Metric[], documents: Documents, format: Format): string {
  const families = metrics.map((metric) => family(metric, metric.read(documents), format));
  return families.join("") + (format === "openmetrics" ? "# EOF\n" : "");
}

/** Nothing is said of a metric without a value. */
function family(metric: Metric, samples: readonly Sample[], format: Format): string {
  const name = sampleName(metric);
  const lines = samples.flatMap(([value, labels = []]) =>
    value === null ? [] : [`${name}${labelSet(metric.labels, labels)} ${number(value)}\n`],
  );
  return lines.length === 0 ? "" : head(metric, format) + lines.join("");
}

function head(metric: Metric, format: Format): string {
  const { type, unit, help } = metric;
  if (format === "text") {
    const name = sampleName(metric);
    return `# HELP ${name} ${escapedHelp(help)}\n# TYPE ${name} ${type === "info" ? "gauge" : type}\n`;
  }
  // its families are called without the ending
  const name = `bun_watchdog_${metric.name}`;
  const unitLine = unit === null ? "" : `# UNIT ${name} ${unit}\n`;
  return `# TYPE ${name} ${type}\n${unitLine}# HELP ${name} ${escapedLabel(help)}\n`;
}

const labelSet = (names: readonly string[], values: readonly string[]): string =>
  names.length === 0
    ? ""
    : `{${names.map((name, at) => `${name}="${escapedLabel(values[at] ?? "")}"`).join(",")}}`;

const escapedHelp = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
const escapedLabel = (text: string): string => escapedHelp(text).replaceAll('"', '\\"');

const number = (value: number): string =>
  Number.isFinite(value) ? String(value) : value > 0 ? "+Inf" : value < 0 ? "-Inf" : "NaN";
