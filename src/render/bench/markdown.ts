/** Results as a Markdown document, for a pull request or a step summary. */
import type { BenchComparison, BenchmarkResult, BenchReport } from "../../core/bench/report.ts";
import { printable } from "../../text/mask.ts";
import { formatMargin, formatMs, formatRatio } from "./time.ts";
import { certainty, helpFor } from "./verdict.ts";

const MARKS = /[\\`*_{}[\]<>()#+!|~&$]/gu;
/** A name as text: no mark of Markdown, no HTML, no end of a line or of a cell. */
const plainName = (name: string): string => printable(name, 1_000).replace(MARKS, "\\$&");

const HEADS = ["benchmark", "median", "mean", "min", "p99", "samples", "target"] as const;

export function benchMarkdown({ benchmarks, comparisons, noise, environment }: BenchReport): string {
  const { bun, os, arch, cpu, cores } = environment;
  const lines = [
    ...comparisons.map(comparisonLine),
    ...benchmarks.flatMap(failureLine),
    ...noise.map((sentence) => `Warning: ${plainName(sentence)}`),
  ];
  return [
    `${row(HEADS)}\n${row(HEADS.map((_, at) => (at === 0 ? "---" : "---:")))}\n${benchmarks.map(figuresRow).join("\n")}`,
    ...(lines.length === 0 ? [] : [lines.map((line) => `- ${line}`).join("\n")]),
    `Bun ${bun}, ${plainName(os)} ${arch}, ${cores} × ${plainName(cpu)}.\n`,
  ].join("\n\n");
}

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

const NO_FIGURES = ["", "", "", "", "0"];

function figuresRow({ name, summary, target, targetMet, trials }: BenchmarkResult): string {
  const figures =
    summary === null
      ? NO_FIGURES
      : [
          formatMs(summary.median),
          formatMs(summary.mean) + formatMargin(summary.margin),
          formatMs(summary.min),
          formatMs(summary.p99),
          `${summary.count} in ${trials.length}`,
        ];
  const met = targetMet === null ? "" : targetMet ? ", met" : ", **missed**";
  return row([plainName(name), ...figures, target === null ? "" : formatMs(target) + met]);
}

function comparisonLine(comparison: BenchComparison): string {
  const { name, against, verdict, ratio, test } = comparison;
  const other = against.kind === "baseline" ? "the baseline" : plainName(against.name);
  const than = {
    faster: `**faster** than ${other}`,
    slower: `**slower** than ${other}`,
    "no difference": `no difference from ${other}`,
    "cannot tell": `it cannot be told whether it differs from ${other}`,
  }[verdict];
  const times = ratio === null ? "" : `, ${formatRatio(ratio)}`;
  return `${plainName(name)}: ${than}${times}${helpFor(comparison)} (${test}, ${certainty(comparison)})`;
}

const failureLine = ({ name, failure }: BenchmarkResult): readonly string[] =>
  failure === null ? [] : [`${plainName(name)} failed: ${plainName(failure)}`];
