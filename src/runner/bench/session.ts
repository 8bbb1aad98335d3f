/** One `bench` from what was asked for to its report. */
import {
  type Benchmark,
  commandBenchmarks,
  type CommandsWish,
  functionBenchmarks,
  type FunctionsWish,
} from "../../core/bench/benchmark.ts";
import { benchmarkResult } from "../../core/bench/collect.ts";
import { againstBaseline, baselineNotes, withinGroups } from "../../core/bench/compare.ts";
import { noiseBefore, noiseBetween, speedNotes } from "../../core/bench/noise.ts";
import type { BenchmarkResult, BenchReport } from "../../core/bench/report.ts";
import { TRIAL_DEFAULTS, type TrialConfig } from "../../core/bench/trial-config.ts";
import type { TrialResult } from "../../core/bench/result.ts";
import { readMachineLoad } from "../../os/machine-load.ts";
import { isUsage, UsageError } from "../../text/errors.ts";
import { messageOf } from "../../text/system-error.ts";
import { endAbandoned } from "../abandoned.ts";
import { openRunner } from "../ports.ts";
import { environmentHere } from "../trial/environment.ts";
import { functionsOfModule, runTrial, type TrialPlace } from "../trial/run-trial.ts";
import { benchFiles } from "./find.ts";
import { runBenchmarks } from "./run-benchmarks.ts";

export interface BenchWish {
  readonly cwd: string;
  /** A person's own, not ours. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Modules and folders; none, and no commands either: what the current folder has. */
  readonly paths: readonly string[];
  readonly functions: FunctionsWish;
  /** null: none was given. */
  readonly commands: CommandsWish | null;
  readonly inProcess: boolean;
  readonly baseline: BenchReport | null;
  readonly signal: AbortSignal;
}

export interface BenchListener {
  onTurn(benchmark: Benchmark, trial: number, turn: number, turns: number): void;
  /** Gets what the benchmarks print. */
  onOutput(text: string): void;
}

export interface BenchSession {
  readonly report: BenchReport;
  readonly notes: readonly string[];
}

/** @throws UsageError where something of it cannot be run at all */
export async function runBenchSession(wish: BenchWish, listener: BenchListener): Promise<BenchSession> {
  const at = new Date().toISOString();
  const { signal, baseline } = wish;
  const ports = openRunner(wish.cwd, { isAlone: true });
  const abandoned = endAbandoned(ports);
  const place: TrialPlace = { ...wish, onOutput: (text) => listener.onOutput(text) };
  const measuring = wish.inProcess
    ? await hereIn(wish.cwd)
    : {
        measure: (config: TrialConfig) => runTrial(config, place, ports),
        list: (config: TrialConfig) => functionsOfModule(config, place, ports),
      };
  const { benchmarks, broken } = await benchmarksOf(wish, measuring.list);
  if (baseline !== null) requireInCommon(benchmarks, baseline);
  const load = readMachineLoad();
  const onTurn: BenchListener["onTurn"] = (...turn) => listener.onTurn(...turn);
  const measured = await runBenchmarks(benchmarks, { measure: measuring.measure, signal, onTurn });
  const noise = [...noiseBefore(load), ...noiseBetween(load, readMachineLoad())];
  await abandoned;
  const results = [...measured, ...broken];
  const found = {
    schemaVersion: 1,
    at,
    environment: environmentHere("production"),
    noise,
    benchmarks: results,
  } as const;
  const before = baseline === null ? [] : againstBaseline(found, baseline);
  return {
    report: { ...found, comparisons: [...before, ...withinGroups(results)] },
    notes: [...speedNotes(load), ...(baseline === null ? [] : baselineNotes(found, baseline))],
  };
}

/** @throws UsageError before anything is measured for nothing */
function requireInCommon(benchmarks: readonly Benchmark[], baseline: BenchReport): void {
  const known = baseline.benchmarks.map(({ name }) => name);
  if (benchmarks.length === 0 || benchmarks.some(({ name }) => known.includes(name))) return;
  const names = known.map((name) => `"${name}"`).join(", ");
  throw new UsageError(`The baseline has none of these benchmarks. It has: ${names || "none"}.`);
}

interface Measuring {
  readonly measure: (config: TrialConfig) => Promise<TrialResult>;
  readonly list: (config: TrialConfig) => Promise<readonly string[]>;
}

async function hereIn(cwd: string): Promise<Measuring> {
  const { functionsHere, measureHere } = await import("./in-process.ts");
  process.env["NODE_ENV"] = "production";
  return {
    measure: (config) => measureHere(config, cwd),
    list: (config) => functionsHere(config, cwd),
  };
}

interface Found {
  readonly benchmarks: readonly Benchmark[];
  /** Modules that could not even say what they export. */
  readonly broken: readonly BenchmarkResult[];
}

async function benchmarksOf(
  { paths, cwd, commands, functions, signal }: BenchWish,
  list: Measuring["list"],
): Promise<Found> {
  const benchmarks: Benchmark[] = commands === null ? [] : [...commandBenchmarks(commands)];
  const broken: BenchmarkResult[] = [];
  const files = paths.length === 0 && commands !== null ? [] : benchFiles(paths, cwd);
  for (const file of files) {
    if (signal.aborted) break;
    const { timeoutMs = TRIAL_DEFAULTS.timeoutMs, memoryBytes = null } = functions;
    const config = { ...TRIAL_DEFAULTS, name: file, file, timeoutMs, memoryBytes };
    try {
      benchmarks.push(...functionBenchmarks(file, await list(config), functions));
    } catch (error) {
      if (isUsage(error)) throw error;
      const [nothing] = functionBenchmarks(file, ["default"], functions);
      if (nothing !== undefined) broken.push(benchmarkResult(nothing, [], messageOf(error)));
    }
  }
  return { benchmarks, broken };
}
