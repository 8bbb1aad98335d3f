/** What is printed when all is measured: figures, how the samples lie, and what follows of it. */
import { fastestOf } from "../../core/bench/compare.ts";
import {
  type BenchComparison,
  type BenchmarkResult,
  type BenchReport,
  unitsOf,
} from "../../core/bench/report.ts";
import { LEAST_SAMPLES } from "../../core/statistics/comparison.ts";
import { printable } from "../../text/mask.ts";
import { bold, dim, dimHeader, green, lineWidth, plural, red, yellow } from "../../text/style.ts";
import { type Column, table } from "../../text/table.ts";
import { bytes } from "../../text/wording.ts";
import { histogramLine } from "./histogram-line.ts";
import { formatMargin, formatMs, formatP, formatRatio } from "./time.ts";

export function benchEnding(report: BenchReport, notes: readonly string[]): string {
  const groups = [...new Set(report.benchmarks.map(({ group }) => group))];
  return [
    ...groups.flatMap((group) => groupLines(report.benchmarks.filter((each) => each.group === group))),
    ...report.benchmarks.flatMap(targetLine),
    ...report.comparisons.filter(({ against }) => against.kind === "baseline").map(baselineLine),
    ...groups.flatMap((group) => fastestLines(report, group)),
    ...report.benchmarks.flatMap(failureLine),
    ...[...report.noise, ...notes].map((note) => yellow(`warning: ${printable(note, 1_000)}`)),
  ].join("\n");
}

const COLUMNS: readonly Column[] = [
  { title: "name", flexible: true },
  { title: "min", align: "right" },
  { title: "median", align: "right" },
  { title: "mean", align: "right" },
  { title: "p99", align: "right" },
  { title: "memory", align: "right" },
  { title: "relative", align: "right" },
];

const SAMPLE_COLUMNS: readonly Column[] = [
  { title: "name", flexible: true },
  { title: "from", align: "right" },
  { title: "samples" },
  { title: "to p99", align: "right" },
  { title: "count", align: "right" },
];

/** Of a line that is so long, the bars take the second number, and else the third. */
const [WIDE, WIDE_BARS, BARS] = [100, 48, 28];

function groupLines(benchmarks: readonly BenchmarkResult[]): readonly string[] {
  const measured = benchmarks.flatMap((each) =>
    each.summary === null ? [] : [{ ...each, ...each.summary }],
  );
  if (measured.length === 0) return [];
  const width = lineWidth();
  const fastest = fastestOf(benchmarks)?.summary?.median ?? 0;
  const figures = measured.map((each) => [
    shortName(each),
    formatMs(each.min),
    formatMs(each.median),
    `${formatMs(each.mean)}${formatMargin(each.margin)}`,
    formatMs(each.p99),
    each.peakMemoryBytes === null ? "" : bytes(each.peakMemoryBytes),
    measured.length === 1 || fastest === 0 ? "" : formatRatio(each.median / fastest),
  ]);
  const samples = measured.map((each) => [
    shortName(each),
    formatMs(each.min),
    histogramLine(
      each.trials.flatMap((trial) => trial.samples),
      width >= WIDE ? WIDE_BARS : BARS,
    ),
    formatMs(each.p99),
    `${each.count} in ${plural(each.trials.length, "process", "processes")}`,
  ]);
  const [{ file, group } = { file: null, group: "" }] = measured;
  return [
    ...(file === null ? [] : [bold(printable(group, 1_000))]),
    ...filledTable(COLUMNS, figures, width),
    "",
    ...filledTable(SAMPLE_COLUMNS, samples, width),
    "",
  ];
}

/** Without columns that say nothing of any row. */
function filledTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  const isFilled = (_: unknown, column: number): boolean => rows.some((row) => row[column] !== "");
  return table(
    columns.filter(isFilled),
    rows.map((row) => row.filter(isFilled)),
    width,
    dimHeader,
  );
}

/** Below the name of its file. */
const shortName = ({ name, export: function_ }: BenchmarkResult): string =>
  printable(function_ ?? name, 1_000);

function targetLine({ name, target, targetMet, summary }: BenchmarkResult): readonly string[] {
  if (target === null || summary === null) return [];
  const said = `${printable(name, 1_000)}: the median, ${formatMs(summary.median)}, is`;
  return targetMet === true
    ? [`${green("✔")} ${said} within the target of ${formatMs(target)}`]
    : [`${red("✘")} ${said} over the target of ${formatMs(target)}`];
}

function failureLine({ name, failure, trials }: BenchmarkResult): readonly string[] {
  if (failure === null) return [];
  const after = trials.length === 0 ? "" : ` (after ${plural(trials.length, "trial")})`;
  return [`${red("✘")} ${printable(name, 1_000)}${after}: ${printable(failure, 1_000)}`];
}

const VERDICTS = {
  faster: green("faster"),
  slower: red("slower"),
  "no difference": "no difference",
} as const;

function baselineLine({ name, verdict, ratio, p, test, counts }: BenchComparison): string {
  const times = ratio === null ? "" : `, ${formatRatio(ratio)} of the baseline`;
  const how = dim(` (${test}, ${formatP(p)}, ${counts[0]} and ${counts[1]} times)`);
  return `${printable(name, 1_000)}: ${VERDICTS[verdict]}${times}${how}`;
}

function fastestLines({ benchmarks, comparisons }: BenchReport, group: string): readonly string[] {
  const members = benchmarks.filter((each) => each.group === group);
  const fastest = fastestOf(members);
  const others = comparisons
    .filter(
      ({ name, against }) => against.kind === "fastest" && members.some((member) => member.name === name),
    )
    .toSorted((a, b) => (a.ratio ?? 0) - (b.ratio ?? 0));
  if (fastest === null || others.length === 0) return [];
  return [
    `${bold(printable(fastest.name, 1_000))} is the fastest`,
    ...others.map(({ name, verdict, ratio, p }) => {
      const times = verdict === "slower" && ratio !== null ? `${formatRatio(ratio)} slower` : verdict;
      return `  ${printable(name, 1_000)}: ${times} ${dim(`(${formatP(p)})`)}`;
    }),
    ...(unitsOf(fastest).length < LEAST_SAMPLES
      ? [dim(`  With fewer than ${LEAST_SAMPLES} trials no difference can be told.`)]
      : []),
  ];
}
