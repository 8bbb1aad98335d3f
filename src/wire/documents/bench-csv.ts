/** Results as CSV (RFC 4180): a line for each benchmark. */
import { relativeOf } from "../../core/bench/compare.ts";
import type { BenchmarkResult, BenchReport } from "../../core/bench/report.ts";

type Cell = string | number | boolean | null;

const COLUMNS: Readonly<Record<string, (result: BenchmarkResult, report: BenchReport) => Cell>> = {
  name: ({ name }) => name,
  group: ({ group }) => group,
  category: ({ category }) => category,
  median_ms: ({ summary }) => summary?.median ?? null,
  mean_ms: ({ summary }) => summary?.mean ?? null,
  margin: ({ summary }) => summary?.margin ?? null,
  min_ms: ({ summary }) => summary?.min ?? null,
  p75_ms: ({ summary }) => summary?.p75 ?? null,
  p99_ms: ({ summary }) => summary?.p99 ?? null,
  max_ms: ({ summary }) => summary?.max ?? null,
  mad_ms: ({ summary }) => summary?.mad ?? null,
  outliers: ({ summary }) => summary?.outliers ?? null,
  samples: ({ summary }) => summary?.count ?? null,
  trials: ({ trials }) => trials.length,
  relative: ({ name }, { comparisons }) => relativeOf(name, comparisons),
  cpu_ms: ({ summary }) => summary?.cpuMs ?? null,
  peak_memory_bytes: ({ summary }) => summary?.peakMemoryBytes ?? null,
  target_ms: ({ target }) => target,
  target_met: ({ targetMet }) => targetMet,
  failure: ({ failure }) => failure,
};

export function benchCsv(report: BenchReport): string {
  const { benchmarks } = report;
  const parameters = [...new Set(benchmarks.flatMap((each) => Object.keys(each.parameters)))];
  const columns = Object.entries(COLUMNS);
  const heads = [...columns.map(([head]) => head), ...parameters.map((name) => `parameter_${name}`)];
  const lines = benchmarks.map((each) =>
    columns
      .map(([, cellOf]) => cellOf(each, report))
      .concat(parameters.map((name) => each.parameters[name] ?? null)),
  );
  return [heads, ...lines].map((cells) => `${cells.map(written).join(",")}\r\n`).join("");
}

/** A spreadsheet takes such a text for a formula, and runs it; behind an apostrophe it is a text for all of them. */
const IS_FORMULA = /^\s*[=+\-@]/u;
/** What no text has, and a reader may stumble over; ends of lines and tabs may stand between quotes. */
// oxlint-disable-next-line no-control-regex -- to find them is the purpose
const CONTROLS = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/gu;

function written(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell !== "string") return String(cell);
  const text = (IS_FORMULA.test(cell) ? `'${cell}` : cell).replace(CONTROLS, "\uFFFD");
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
