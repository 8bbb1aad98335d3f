/** Compares the benchmarks of a report: with those of an earlier one, and with each other. */
import { compareTimes } from "../statistics/comparison.ts";
import { medianOf } from "../statistics/quantile.ts";
import { type BenchComparison, type BenchmarkResult, type BenchReport, unitsOf } from "./report.ts";

/**
 * What was measured at another time found the machine in another state, and no test sees that. On a machine with little else
 * to do a program differed from itself by more than 5 % in one of twelve comparisons, and on a busy one by a half, and more.
 */
const [LEAST_APART, LEAST_IN_NOISE] = [0.05, 1];

const isNoisy = (report: Pick<BenchReport, "noise">, baseline: BenchReport): boolean =>
  report.noise.length > 0 || baseline.noise.length > 0;

/** Each of them with the benchmark of the same name in the baseline, where both have been measured. */
export const againstBaseline = (
  { benchmarks, noise }: Pick<BenchReport, "benchmarks" | "noise">,
  baseline: BenchReport,
): readonly BenchComparison[] =>
  benchmarks.flatMap((each) => {
    const before = baseline.benchmarks.find(({ name }) => name === each.name);
    return before === undefined
      ? []
      : compared(each, before, "baseline", isNoisy({ noise }, baseline) ? LEAST_IN_NOISE : LEAST_APART);
  });

/** The members of each group with the fastest of it. */
export const withinGroups = (benchmarks: readonly BenchmarkResult[]): readonly BenchComparison[] =>
  benchmarks.flatMap((each) => {
    const fastest = fastestOf(benchmarks.filter(({ group }) => group === each.group));
    return fastest === null || fastest === each ? [] : compared(each, fastest, "fastest");
  });

/** By what is compared; null: none was measured. */
export const fastestOf = (benchmarks: readonly BenchmarkResult[]): BenchmarkResult | null =>
  benchmarks
    .filter(({ summary }) => summary !== null)
    .toSorted((a, b) => medianOf(unitsOf(a)) - medianOf(unitsOf(b)))[0] ?? null;

function compared(
  after: BenchmarkResult,
  before: BenchmarkResult,
  kind: "baseline" | "fastest",
  leastChange?: number,
): readonly BenchComparison[] {
  const [old, now] = [unitsOf(before), unitsOf(after)];
  if (old.length === 0 || now.length === 0) return [];
  return [
    {
      name: after.name,
      against: { kind, name: before.name },
      counts: [old.length, now.length],
      ...compareTimes(old, now, leastChange),
    },
  ];
}

/** Sentences on what of the baseline makes the comparison weaker than it looks. */
export function baselineNotes(
  { benchmarks, environment, noise }: Pick<BenchReport, "benchmarks" | "environment" | "noise">,
  baseline: BenchReport,
): readonly string[] {
  const known = new Set(baseline.benchmarks.map(({ name }) => name));
  const missing = benchmarks.filter(({ name }) => !known.has(name)).map(({ name }) => name);
  const differs = (["cpu", "cores", "bun", "os"] as const).filter(
    (key) => baseline.environment[key] !== environment[key],
  );
  return [
    ...missing.map((name) => `The baseline has no "${name}"`),
    ...differs.map(
      (key) =>
        `The baseline was measured elsewhere: ${key} was ${baseline.environment[key]}, and is ${environment[key]}`,
    ),
    ...(baseline.noise.length > 0
      ? [`The baseline was measured on a noisy machine: ${baseline.noise[0]}`]
      : []),
    ...(isNoisy({ noise }, baseline)
      ? [
          "What differs from the baseline by less than 2 times may be the machine, and is called no difference",
        ]
      : []),
  ];
}
