/** What was measured of a group of benchmarks: its figures, and how the samples lie. */
import { relativeOf } from "../../core/bench/compare.ts";
import type { BenchComparison, BenchmarkResult } from "../../core/bench/report.ts";
import { printable } from "../../text/mask.ts";
import { dimHeader, lineWidth, plural } from "../../text/style.ts";
import { type Column, table } from "../../text/table.ts";
import { bytes } from "../../text/wording.ts";
import { histogramLine } from "./histogram-line.ts";
import { formatMargin, formatMs, formatRatio } from "./time.ts";

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

/** Of a group; nothing where none of it was measured. */
export function figureTables(
  benchmarks: readonly BenchmarkResult[],
  comparisons: readonly BenchComparison[],
): readonly string[] {
  const measured = benchmarks.flatMap((each) =>
    each.summary === null ? [] : [{ ...each, ...each.summary }],
  );
  if (measured.length === 0) return [];
  const width = lineWidth();
  const figures = measured.map((each) => [
    shortName(each),
    formatMs(each.min),
    formatMs(each.median),
    `${formatMs(each.mean)}${formatMargin(each.margin)}`,
    formatMs(each.p99),
    each.peakMemoryBytes === null ? "" : bytes(each.peakMemoryBytes),
    relativeText(relativeOf(each.name, comparisons)),
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
  return [...filledTable(COLUMNS, figures, width), "", ...filledTable(SAMPLE_COLUMNS, samples, width)];
}

const relativeText = (ratio: number | null): string => (ratio === null ? "" : formatRatio(ratio));

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

/** A longer name would fill the screen in each sentence about it. */
const LONGEST_NAME = 100;

/** Below the name of its file. */
export const shortName = ({ name, export: function_ }: BenchmarkResult): string =>
  printable(function_ ?? name, LONGEST_NAME);
