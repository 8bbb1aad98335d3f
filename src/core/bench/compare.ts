/** Compares the benchmarks of a report: with those of an earlier one, and with each other. */
import { compareTimes } from "../statistics/comparison.ts";
import { type BenchComparison, type BenchmarkResult, type BenchReport, unitsOf } from "./report.ts";

/** Each of them with the benchmark of the same name in the baseline, where both have been measured. */
export const againstBaseline = (
  benchmarks: readonly BenchmarkResult[],
  baseline: BenchReport,
): readonly BenchComparison[] =>
  benchmarks.flatMap((each) => {
    const before = baseline.benchmarks.find(({ name }) => name === each.name);
    return before === undefined ? [] : compared(each, before, "baseline");
  });

/** The members of each group with the fastest of it. */
export const withinGroups = (benchmarks: readonly BenchmarkResult[]): readonly BenchComparison[] =>
  benchmarks.flatMap((each) => {
    const fastest = fastestOf(benchmarks.filter(({ group }) => group === each.group));
    return fastest === null || fastest === each ? [] : compared(each, fastest, "fastest");
  });

/** By the median; null: none was measured. */
export const fastestOf = (benchmarks: readonly BenchmarkResult[]): BenchmarkResult | null =>
  benchmarks
    .filter(({ summary }) => summary !== null)
    .toSorted((a, b) => (a.summary?.median ?? 0) - (b.summary?.median ?? 0))[0] ?? null;

function compared(
  after: BenchmarkResult,
  before: BenchmarkResult,
  kind: "baseline" | "fastest",
): readonly BenchComparison[] {
  const [old, now] = [unitsOf(before), unitsOf(after)];
  if (old.length === 0 || now.length === 0) return [];
  return [
    {
      name: after.name,
      against: { kind, name: before.name },
      counts: [old.length, now.length],
      ...compareTimes(old, now),
    },
  ];
}

/** Sentences on what of the baseline makes the comparison weaker than it looks. */
export function baselineNotes(
  { benchmarks, environment }: Pick<BenchReport, "benchmarks" | "environment">,
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
  ];
}
