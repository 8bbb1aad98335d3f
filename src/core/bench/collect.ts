/** Makes a benchmark's result of its trials. */
import { medianOf } from "../statistics/quantile.ts";
import { summarize } from "../statistics/summary.ts";
import type { Benchmark } from "./benchmark.ts";
import type { BenchmarkResult, BenchSummary, BenchTrial } from "./report.ts";
import { figuresIn, type TrialResult } from "./result.ts";

/** Kept of each trial, evenly spread: a document of all of them has many megabytes. */
const KEPT_SAMPLES = 1_000;

export function benchTrial(result: TrialResult): BenchTrial {
  const [figures] = figuresIn(result);
  if (figures === undefined) throw new RangeError("A trial without figures.");
  const { export: _, targetMet: _met, samples, ...rest } = figures;
  return { ...rest, samples: spread(samples, KEPT_SAMPLES) };
}

const spread = (samples: readonly number[], most: number): readonly number[] =>
  samples.length <= most
    ? samples
    : Array.from({ length: most }, (_, i) => samples[Math.floor((i * samples.length) / most)] ?? NaN);

export function benchmarkResult(
  { name, group, config, parameters }: Benchmark,
  trials: readonly BenchTrial[],
  failure: string | null,
): BenchmarkResult {
  const { category, target, file, command } = config;
  const summary = trials.length === 0 ? null : summaryOf(trials);
  return {
    name,
    group,
    category,
    file,
    export: config.export,
    command: command === null || typeof command === "string" ? command : command.join(" "),
    parameters,
    target,
    targetMet: target === null || summary === null ? null : summary.median <= target,
    failure,
    trials,
    summary,
  };
}

function summaryOf(trials: readonly BenchTrial[]): BenchSummary {
  const samples = trials.flatMap((each) => each.samples);
  const { relativeMargin, ...summary } = summarize(samples);
  const memory = trials.flatMap(({ peakMemoryBytes }) => (peakMemoryBytes === null ? [] : [peakMemoryBytes]));
  return {
    ...summary,
    // not every sample was kept
    count: trials.reduce((sum, { count }) => sum + count, 0),
    min: Math.min(...trials.map(({ min }) => min)),
    max: Math.max(...trials.map(({ max }) => max)),
    // of the trials, which weigh the same however many samples each of them has
    median: medianOf(trials.map(({ median }) => median)),
    margin: trials.length === 1 ? relativeMargin : summarize(trials.map(({ mean }) => mean)).relativeMargin,
    peakMemoryBytes: memory.length === 0 ? null : Math.max(...memory),
    cpuMs: trials.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
  };
}
