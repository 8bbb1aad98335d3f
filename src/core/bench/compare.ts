/** Compares the benchmarks of a report: with those of an earlier one, and with each other. */
import { compareTimes } from "../statistics/comparison.ts";
import { medianOf } from "../statistics/quantile.ts";
import {
  type BenchComparison,
  type BenchmarkResult,
  type BenchReport,
  type TimeReading,
  readingFor,
  unitsOf,
} from "./report.ts";

/**
 * What was measured at another time found the machine in another state, and no test sees that. On a machine with little else
 * to do a program differed from itself by more than 5 % in one of twelve comparisons, and on a busy one by a half, and more.
 */
const [LEAST_APART, LEAST_IN_NOISE] = [0.05, 1];
/** CPU time is another at another time, too, where other programs use the same caches: by 2 to 4 % in our records. */
const LEAST_BY_CPU = 0.075;

const isNoisy = (report: Pick<BenchReport, "noise">, baseline: BenchReport): boolean =>
  report.noise.length > 0 || baseline.noise.length > 0;

/** Each of them with the benchmark of the same name in the baseline, where both have been measured. */
export const againstBaseline = (
  { benchmarks, noise }: Pick<BenchReport, "benchmarks" | "noise">,
  baseline: BenchReport,
): readonly BenchComparison[] =>
  benchmarks.flatMap((each) => {
    const before = baseline.benchmarks.find(({ name }) => name === each.name);
    if (before === undefined || !isMeasured(before) || !isMeasured(each)) return [];
    const by = readingFor([before, each]);
    const inNoise = by === "CPU time" ? LEAST_BY_CPU : LEAST_IN_NOISE;
    return [compared(each, before, "baseline", by, isNoisy({ noise }, baseline) ? inNoise : LEAST_APART)];
  });

/** The members of each group with the fastest of it. */
export const withinGroups = (benchmarks: readonly BenchmarkResult[]): readonly BenchComparison[] =>
  [...new Set(benchmarks.map(({ group }) => group))].flatMap((group) => {
    const members = benchmarks.filter((each) => each.group === group && isMeasured(each));
    const by = readingFor(members);
    const timeOf = (each: BenchmarkResult): number => medianOf(unitsOf(each, by));
    const [fastest] = members.toSorted((a, b) => timeOf(a) - timeOf(b));
    return members.flatMap((each) =>
      fastest === undefined || each === fastest ? [] : [compared(each, fastest, "fastest", by)],
    );
  });

/** How long it takes, as a multiple of the fastest of its group; null: it has not been compared. */
export function relativeOf(name: string, comparisons: readonly BenchComparison[]): number | null {
  const within = comparisons.filter(({ against }) => against.kind === "fastest");
  if (within.some(({ against }) => against.name === name)) return 1;
  return within.find((each) => each.name === name)?.ratio ?? null;
}

const isMeasured = ({ trials }: BenchmarkResult): boolean => trials.length > 0;

function compared(
  after: BenchmarkResult,
  before: BenchmarkResult,
  kind: "baseline" | "fastest",
  by: TimeReading,
  leastChange?: number,
): BenchComparison {
  const [old, now] = [unitsOf(before, by), unitsOf(after, by)];
  return {
    name: after.name,
    against: { kind, name: before.name },
    by,
    counts: [old.length, now.length],
    ...compareTimes(old, now, leastChange),
  };
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
