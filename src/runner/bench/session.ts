/** One `bench` from what was asked for to its report. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import {
  type Benchmark,
  commandBenchmarks,
  type CommandsWish,
  functionBenchmarks,
  type FunctionsWish,
} from "../../core/bench/benchmark.ts";
import { benchmarkResult } from "../../core/bench/collect.ts";
import { configuredBenchmarks, parseTrialConfigs } from "../../core/bench/configured.ts";
import { againstBaseline, baselineNotes, withinGroups } from "../../core/bench/compare.ts";
import { noiseBefore, noiseBetween, speedNotes } from "../../core/bench/noise.ts";
import type { BenchmarkResult, BenchReport } from "../../core/bench/report.ts";
import { TRIAL_DEFAULTS, type TrialConfig } from "../../core/bench/trial-config.ts";
import type { TrialResult } from "../../core/bench/result.ts";
import type { LaunchPorts } from "../../launch/request.ts";
import { readMachineLoad } from "../../os/machine-load.ts";
import { isUsage, UsageError } from "../../text/errors.ts";
import { messageOf } from "../../text/system-error.ts";
import { endAbandoned } from "../abandoned.ts";
import { openRunner } from "../ports.ts";
import { environmentHere } from "../trial/environment.ts";
import { functionsOfModule, runTrial, type TrialPlace } from "../trial/run-trial.ts";
import { located } from "../trial/located.ts";
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

interface BenchListener {
  onTurn(benchmark: Benchmark, trial: number, turn: number, turns: number): void;
  /** Gets what the benchmarks print. */
  onOutput(text: string): void;
}

interface BenchSession {
  readonly report: BenchReport;
  readonly notes: readonly string[];
}

/** @throws UsageError where something of it cannot be run at all */
export async function runBenchSession(wish: BenchWish, listener: BenchListener): Promise<BenchSession> {
  const ports = openRunner(wish.cwd, { isAlone: true });
  const abandoned = endAbandoned(ports);
  try {
    return await measureAll(wish, listener, ports);
  } finally {
    await abandoned;
  }
}

async function measureAll(
  wish: BenchWish,
  listener: BenchListener,
  ports: LaunchPorts,
): Promise<BenchSession> {
  const at = new Date().toISOString();
  const { signal, baseline } = wish;
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
  const results = [...measured, ...broken];
  const found = {
    schemaVersion: 1,
    at,
    environment: environmentHere(nodeEnvOf(wish.inProcess ? [] : benchmarks)),
    noise,
    benchmarks: results,
  } as const;
  const before = baseline === null ? [] : againstBaseline(found, baseline);
  return {
    report: { ...found, comparisons: [...before, ...withinGroups(results)] },
    notes: [...speedNotes(load), ...(baseline === null ? [] : baselineNotes(found, baseline))],
  };
}

const NODE_ENV = "production";

/** null: not all of them have the same one. */
function nodeEnvOf(benchmarks: readonly Benchmark[]): string | null {
  const [first = NODE_ENV, ...others] = new Set(
    benchmarks.map(({ config }) => config.env["NODE_ENV"] ?? NODE_ENV),
  );
  return others.length === 0 ? first : null;
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
  process.env["NODE_ENV"] = NODE_ENV;
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

async function benchmarksOf(wish: BenchWish, list: Measuring["list"]): Promise<Found> {
  const { paths, cwd, commands, functions, signal } = wish;
  const benchmarks: Benchmark[] = commands === null ? [] : [...commandBenchmarks(commands)];
  const broken: BenchmarkResult[] = [];
  const files = paths.length === 0 && commands !== null ? [] : benchFiles(paths, cwd);
  const { timeoutMs = TRIAL_DEFAULTS.timeoutMs, memoryBytes = null, trials, target = null } = functions;
  /** What `found` makes of the functions of the module. */
  const add = async (config: TrialConfig, found: (names: readonly string[]) => readonly Benchmark[]) => {
    if (signal.aborted) return;
    located(config, cwd);
    try {
      benchmarks.push(...found(config.export === null ? await list(config) : [config.export]));
    } catch (error) {
      if (isUsage(error)) throw error;
      const [nothing] = found(["default"]);
      if (nothing !== undefined) broken.push(benchmarkResult(nothing, [], messageOf(error)));
    }
  };
  for (const file of files) {
    if (!file.endsWith(".json")) {
      const config = { ...TRIAL_DEFAULTS, name: file, file, timeoutMs, memoryBytes };
      await add(config, (names) => functionBenchmarks(file, names, functions));
      continue;
    }
    for (const each of configsIn(file, cwd)) {
      const config = { ...each, target: each.target ?? target };
      if (config.file === null && wish.inProcess)
        throw new UsageError(`${file}: "${config.name}" is a command, which --in-process cannot measure.`);
      if (config.file === null) benchmarks.push(...configuredBenchmarks(config, [], trials));
      else await add(config, (names) => configuredBenchmarks(config, names, trials));
    }
  }
  return { benchmarks, broken };
}

function configsIn(file: string, cwd: string): readonly TrialConfig[] {
  try {
    return parseTrialConfigs(readFileSync(resolve(cwd, file), "utf8"));
  } catch (error) {
    throw isUsage(error) ? new UsageError(`${file}: ${error.message}`) : error;
  }
}
