/** Runs the trials of all benchmarks, one after the other, and makes their results of them. */
import type { Benchmark } from "../../core/bench/benchmark.ts";
import { benchmarkResult, benchTrial } from "../../core/bench/collect.ts";
import type { BenchmarkResult, BenchTrial } from "../../core/bench/report.ts";
import type { TrialResult } from "../../core/bench/result.ts";
import { runsOfTrial, turnsOf } from "../../core/bench/schedule.ts";
import { TRIAL_DEFAULTS, type TrialConfig } from "../../core/bench/trial-config.ts";
import { messageOf } from "../../text/system-error.ts";

interface BenchRun {
  /** Rejects where the trial failed. */
  readonly measure: (config: TrialConfig) => Promise<TrialResult>;
  /** Nothing else is started once it is aborted. */
  readonly signal: AbortSignal;
  readonly onTurn: (benchmark: Benchmark, trial: number, turn: number, turns: number) => void;
}

/** What is known of one while it is measured. */
interface Measuring {
  readonly benchmark: Benchmark;
  readonly trials: BenchTrial[];
  failure: string | null;
}

/** One that fails, or cannot be run at all, is a result that says so, and the others go on. */
export async function runBenchmarks(
  benchmarks: readonly Benchmark[],
  run: BenchRun,
): Promise<readonly BenchmarkResult[]> {
  const all = benchmarks.map((benchmark): Measuring => ({ benchmark, trials: [], failure: null }));
  const turns = turnsOf(benchmarks);
  for (const [i, { benchmark, trial }] of turns.entries()) {
    const each = all[benchmark];
    if (run.signal.aborted) break;
    if (each === undefined || each.failure !== null) continue;
    run.onTurn(each.benchmark, trial, i, turns.length);
    await oneTurn(each, trial, run);
    const isLast = each.failure !== null || trial === each.benchmark.trials - 1;
    if (isLast) await cleanUp(each, run);
  }
  return all.map(({ benchmark, trials, failure }) => {
    const missing = trials.length < benchmark.trials ? "it was ended before its last trial" : null;
    return benchmarkResult(benchmark, trials, failure ?? missing);
  });
}

async function oneTurn(each: Measuring, trial: number, { measure, signal }: BenchRun): Promise<void> {
  const { config } = each.benchmark;
  try {
    each.trials.push(benchTrial(await measure(config.file === null ? commandConfig(each, trial) : config)));
  } catch (error) {
    if (!signal.aborted) each.failure = messageOf(error);
  }
}

/** The first trial of a command says how many runs those after it make, and has warmed the caches for them. */
function commandConfig({ benchmark, trials }: Measuring, trial: number): TrialConfig {
  const { config } = benchmark;
  return {
    ...config,
    iterations: runsOfTrial(benchmark, trial, trials[0]?.median ?? null),
    warmup: trial === 0 ? config.warmup : null,
  };
}

async function cleanUp(each: Measuring, { measure, signal }: BenchRun): Promise<void> {
  const { cleanup, name, config } = each.benchmark;
  if (cleanup === null || signal.aborted) return;
  const command = ["/bin/sh", "-c", cleanup];
  try {
    await measure({ ...TRIAL_DEFAULTS, name, env: config.env, command, iterations: 1 });
  } catch (error) {
    each.failure ??= `the cleanup failed: ${messageOf(error)}`;
  }
}
