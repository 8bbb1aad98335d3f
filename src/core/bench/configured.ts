/** Benchmarks that a JSON file describes: a configuration of the benchmark-runner, or a list of them. */
import { UsageError } from "../../text/errors.ts";
import { type Benchmark, FUNCTION_MS, TRIALS } from "./benchmark.ts";
import { LEAST_RUNS } from "./schedule.ts";
import { parseTrialConfig, type TrialConfig } from "./trial-config.ts";

/** @throws UsageError that names the key, and in a list the place of its configuration */
export function parseTrialConfigs(text: string): readonly TrialConfig[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError("it is no JSON. Write a configuration, or a list of them");
  }
  if (!Array.isArray(value)) return [parseTrialConfig(text)];
  const configs = value.map((each: unknown, i) => {
    try {
      return parseTrialConfig(JSON.stringify(each));
    } catch (error) {
      throw error instanceof UsageError ? new UsageError(`[${i}] ${error.message}`) : error;
    }
  });
  const names = configs.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UsageError(`name: "${twice}" is there twice`);
  return configs;
}

/** `functions`: those of its module, where it names none; they are a group of their own. */
export function configuredBenchmarks(
  { cleanup, ...config }: TrialConfig,
  functions: readonly string[],
  trials: number | null,
): readonly Benchmark[] {
  const { name, file, iterations } = config;
  const common = { group: name, parameters: {}, cleanup };
  if (file === null) {
    const most = Math.min(trials ?? TRIALS, iterations ?? LEAST_RUNS);
    return [{ ...common, name, config: { ...config, cleanup: null }, trials: most, runs: iterations }];
  }
  return functions.map((each) => ({
    ...common,
    name: functions.length === 1 ? name : `${name} > ${each}`,
    config: { ...config, cleanup: null, export: each, measureMs: config.measureMs ?? FUNCTION_MS },
    trials: trials ?? TRIALS,
    runs: null,
  }));
}
