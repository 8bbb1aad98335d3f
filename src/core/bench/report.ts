/** The document of `bun-isolate bench`: what --json prints, what is exported, and what --compare reads. */
import type { Comparison } from "../statistics/comparison.ts";
import { ascending, quantileOf } from "../statistics/quantile.ts";
import type { Summary } from "../statistics/summary.ts";
import type { Environment, Figures } from "./result.ts";

export interface BenchReport {
  readonly schemaVersion: 1;
  /** When it was started, as ISO 8601 has it. */
  readonly at: string;
  readonly environment: Environment;
  /** Sentences on why these times may not be believed: what else the machine did meanwhile. */
  readonly noise: readonly string[];
  /** In the order in which they were given. */
  readonly benchmarks: readonly BenchmarkResult[];
  readonly comparisons: readonly BenchComparison[];
}

export interface BenchmarkResult {
  /** Of one kind in a report; a baseline is looked up by it. */
  readonly name: string;
  /** Members of a group are compared with each other: the functions of a file, or all commands. */
  readonly group: string;
  readonly category: string | null;
  /** What was measured: a function of a module, or a command; the others are null. */
  readonly file: string | null;
  readonly export: string | null;
  readonly command: string | null;
  /** The values that were put into the command. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Milliseconds that the median should not be over. */
  readonly target: number | null;
  /** null: there is no target, or nothing was measured. */
  readonly targetMet: boolean | null;
  /** Why it has fewer trials than were asked for; null = it has all of them. */
  readonly failure: string | null;
  /** In the order in which they ran. */
  readonly trials: readonly BenchTrial[];
  /** null: no trial has ended well. */
  readonly summary: BenchSummary | null;
}

/** What one process has measured, in milliseconds. */
export type BenchTrial = Omit<Figures, "export" | "targetMet">;

/** Of the samples of all trials together. */
export interface BenchSummary extends Omit<Summary, "relativeMargin"> {
  /** Half of the 95 % confidence interval of the mean, as a share of it, by the trials where there are several; null for one sample. */
  readonly margin: number | null;
  /** The largest of any trial; null = cannot be told. */
  readonly peakMemoryBytes: number | null;
  /** User and system time of all trials. */
  readonly cpuMs: number;
}

/** What is compared: how long it took, or how long a processor worked for it. */
export type TimeReading = "wall time" | "CPU time";

/** `name` was compared, and its verdict is the comparison's: faster or slower than `against`. */
export interface BenchComparison extends Comparison {
  readonly name: string;
  /** The benchmark of the same name in the baseline, or the fastest of the group. */
  readonly against: { readonly kind: "baseline" | "fastest"; readonly name: string };
  readonly by: TimeReading;
  /** How many units were compared. */
  readonly counts: readonly [before: number, after: number];
}

/** Other programs only make times longer: below this share of a trial's samples they have disturbed least. */
export const UNDISTURBED = 0.1;

type Measured = {
  readonly trials: readonly Pick<BenchTrial, "samples" | "median" | "processorMs" | "isProcessorBound">[];
};

/**
 * What is compared of a benchmark: one time for each trial. Samples of one trial are not independent. What one process has
 * decided (its layout, what it compiled) is in all of them, and so is what the machine did at that moment: by single runs, in
 * trials of 20, a quarter of the comparisons of a command with itself found a difference.
 */
export const unitsOf = ({ trials }: Measured, by: TimeReading): readonly number[] =>
  by === "wall time"
    ? trials.map(({ samples }) => quantileOf(ascending(samples), UNDISTURBED))
    : trials.flatMap(({ processorMs }) => processorMs ?? []);

/** So much longer than a processor worked for it: then it waited for one. */
const DISTURBED = 1.2;

/**
 * What waits for nothing but a processor takes as long as that works for it, where nothing else runs. So these two readings
 * say the same on a machine at rest; on a busy one, the second hardly changes: with 10 other programs on 2 processors, the
 * median of a program was 6 times as long, and its CPU time was within 1 %.
 */
export function readingFor(results: readonly Measured[]): TimeReading {
  const isBound = ({ trials }: Measured): boolean =>
    trials.some(({ isProcessorBound }) => isProcessorBound) &&
    // a baseline of an earlier version has none
    trials.every(({ processorMs }) => Number.isFinite(processorMs));
  const isDisturbed = ({ trials }: Measured): boolean =>
    trials.some(({ median, processorMs }) => median > DISTURBED * (processorMs ?? Infinity));
  return results.every(isBound) && results.some(isDisturbed) ? "CPU time" : "wall time";
}
