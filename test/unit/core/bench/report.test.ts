/** What is made of trials: the figures of a benchmark, comparisons by what is independent, the exit code. */
import { describe, expect, test } from "bun:test";
import { functionBenchmarks, commandBenchmarks } from "../../../../src/core/bench/benchmark.ts";
import { benchmarkResult, benchTrial } from "../../../../src/core/bench/collect.ts";
import {
  againstBaseline,
  baselineNotes,
  relativeOf,
  withinGroups,
} from "../../../../src/core/bench/compare.ts";
import { figuresOf, trialResult } from "../../../../src/core/bench/figures.ts";
import { exitCodeOf } from "../../../../src/core/bench/outcome.ts";
import {
  type BenchmarkResult,
  type BenchReport,
  type BenchTrial,
  unitsOf,
} from "../../../../src/core/bench/report.ts";
import type { Environment } from "../../../../src/core/bench/result.ts";
import { TRIAL_DEFAULTS } from "../../../../src/core/bench/trial-config.ts";

const ENVIRONMENT: Environment = {
  bun: "1.4.5",
  nodeEnv: "production",
  os: "Linux 6",
  arch: "x64",
  cpu: "a",
  cores: 2,
  memoryBytes: 1,
};

/** `processorMs`: where it waits for nothing else. */
function trialOf(samples: readonly number[], processorMs: number | null = null): BenchTrial {
  const none = { export: null, heap: null, peakMemoryBytes: null };
  const isProcessorBound = processorMs !== null;
  const measured = { ...none, samples, callsPerSample: 1, cpuMs: 1, processorMs, isProcessorBound };
  const figures = figuresOf(measured, null, null);
  return benchTrial(trialResult({ ...TRIAL_DEFAULTS, name: "a" }, ENVIRONMENT, [figures]));
}

/** `medians`: one trial each, with samples around it. */
function functionResult(name: string, medians: readonly number[], target?: number): BenchmarkResult {
  const wish = { trials: medians.length, iterations: null, ...(target === undefined ? {} : { target }) };
  const [benchmark] = functionBenchmarks("f", [name], wish);
  if (benchmark === undefined) throw new Error("no benchmark");
  return benchmarkResult(
    benchmark,
    medians.map((each) => trialOf([each - 1, each, each + 5])),
    null,
  );
}

function commandResult(
  samples: readonly (readonly number[])[],
  failure: string | null = null,
): BenchmarkResult {
  const [benchmark] = commandBenchmarks({
    commands: ["c"],
    names: [],
    prepare: [],
    cleanup: [],
    parameters: [],
    runs: null,
    ignoreFailure: false,
    wordsOf: null,
    trials: null,
  });
  if (benchmark === undefined) throw new Error("no benchmark");
  return benchmarkResult(
    benchmark,
    samples.map((each) => trialOf(each)),
    failure,
  );
}

const reportOf = (
  benchmarks: readonly BenchmarkResult[],
  baseline?: BenchReport,
  noise: readonly string[] = [],
): BenchReport => ({
  schemaVersion: 1,
  at: "2026-01-01T00:00:00.000Z",
  environment: ENVIRONMENT,
  noise,
  benchmarks,
  comparisons: [
    ...(baseline === undefined ? [] : againstBaseline({ benchmarks, noise }, baseline)),
    ...withinGroups(benchmarks),
  ],
});

describe("figures", () => {
  test("of a function: trials weigh the same, and are what is compared", () => {
    const result = functionResult("a", [10, 12, 20]);
    expect(unitsOf(result, "wall time").map((each) => each.toFixed(1))).toEqual(["9.2", "11.2", "19.2"]);
    expect(result.summary).toMatchObject({ count: 9, min: 9, max: 25, median: 12 });
  });

  test("of a command likewise", () => {
    const result = commandResult([[1, 2], [3], [4, 100]]);
    expect(unitsOf(result, "wall time").map((each) => each.toFixed(1))).toEqual(["1.1", "3.0", "13.6"]);
    expect(result.summary).toMatchObject({ count: 5, median: 3, min: 1, max: 100 });
  });

  test("nothing was measured", () => {
    expect(commandResult([], "no")).toMatchObject({ summary: null, targetMet: null, failure: "no" });
  });

  test("of very many samples, 1,000 evenly spread ones of a trial are kept, and its own figures", () => {
    const trial = trialOf(Array.from({ length: 9_999 }, (_, i) => i));
    expect(trial.samples).toHaveLength(1_000);
    expect(trial).toMatchObject({ min: 0, max: 9_998, median: 4_999 });
    expect(trial.samples.slice(0, 3)).toEqual([0, 9, 19]);
  });

  test("a margin is that of the trials' means, not of all samples as if they were independent", () => {
    const many = [10, 20, 30].map((each) => trialOf(Array.from({ length: 500 }, () => each)));
    const [benchmark] = functionBenchmarks("f", ["a"], { trials: 3, iterations: null });
    if (benchmark === undefined) throw new Error("no benchmark");
    // 4.303 · (10 / √3) / 20
    expect(benchmarkResult(benchmark, many, null).summary?.margin).toBeCloseTo(1.2422, 3);
  });
});

const few = (median: number) => functionResult("a", [median, median, median, median]);

const TEN = Array.from({ length: 10 }, (_, i) => 100 + i);
const slower = TEN.map((each) => each * 1.2);

describe("comparisons", () => {
  test("with a baseline, by name; and with the fastest of the group", () => {
    const baseline = reportOf([functionResult("a", TEN), functionResult("old", TEN)]);
    const now = reportOf([functionResult("a", slower), functionResult("b", TEN)], baseline);
    expect(
      now.comparisons.map(({ name, against, verdict, counts }) => [name, against, verdict, counts]),
    ).toEqual([
      ["f > a", { kind: "baseline", name: "f > a" }, "slower", [10, 10]],
      ["f > a", { kind: "fastest", name: "f > b" }, "slower", [10, 10]],
    ]);
    expect(baselineNotes(now, { ...baseline, environment: { ...ENVIRONMENT, cpu: "b" } })).toEqual([
      'The baseline has no "f > b"',
      "The baseline was measured elsewhere: cpu was b, and is a",
    ]);
  });

  test("very many samples of few processes prove nothing", () => {
    const baseline = reportOf([few(100)]);
    expect(againstBaseline(reportOf([few(120)]), baseline)[0]?.verdict).toBe("cannot tell");
  });

  test.each([
    ["quiet, 4 % more", 1.04, false, "no difference"],
    ["quiet, 6 % more", 1.06, false, "slower"],
    ["quiet, 6 % less", 1 / 1.06, false, "faster"],
    ["busy, 90 % more", 1.9, true, "cannot tell"],
    ["busy, 90 % less", 1 / 1.9, true, "cannot tell"],
    ["busy, twice as long and more", 2.1, true, "slower"],
  ] as const)("what was measured at another time proves less: %s", (_, factor, isBusy, verdict) => {
    const noise = isBusy ? ["1.9 of 2 processors were busy with other work: the times are too long."] : [];
    const [quiet, busy] = [
      reportOf([functionResult("a", TEN)]),
      reportOf([functionResult("a", TEN)], undefined, noise),
    ];
    const now = [
      functionResult(
        "a",
        TEN.map((each) => each * factor),
      ),
    ];
    expect(againstBaseline(reportOf(now), busy)[0]?.verdict).toBe(verdict);
    expect(againstBaseline(reportOf(now, undefined, noise), quiet)[0]?.verdict).toBe(verdict);
  });
});

/** Trials that took `waited` times as long as a processor worked for them. */
const boundResult = (name: string, works: readonly number[], waited: number): BenchmarkResult => ({
  ...functionResult(name, works),
  trials: works.map((work) => trialOf([work * waited], work)),
});

describe("by which reading", () => {
  const noisy = TEN.map((_, i) => 1 + ((7 * i) % 10));
  const disturbed = (name: string, factor: number): BenchmarkResult => ({
    ...functionResult(name, TEN),
    trials: TEN.map((work, i) => trialOf([work * factor * (noisy[i] ?? 1)], work * factor)),
  });

  test("what only a processor holds up is compared by CPU time, where other programs have disturbed it", () => {
    const [comparison] = withinGroups([disturbed("a", 1.1), disturbed("b", 1)]);
    expect(comparison).toMatchObject({ by: "CPU time", verdict: "slower", name: "f > a" });
    expect(comparison?.ratio).toBeCloseTo(1.1, 6);
    expect(
      relativeOf(
        "f > a",
        [comparison].flatMap((each) => each ?? []),
      ),
    ).toBe(comparison?.ratio ?? null);
    expect(
      relativeOf(
        "f > b",
        [comparison].flatMap((each) => each ?? []),
      ),
    ).toBe(1);
    const before = reportOf([disturbed("a", 1)], undefined, ["It was noisy."]);
    expect(againstBaseline(reportOf([disturbed("a", 1.1)]), before)).toMatchObject([
      { by: "CPU time", verdict: "slower" },
    ]);
    // what other programs do to the caches is another thing at another time
    expect(againstBaseline(reportOf([disturbed("a", 1.06)]), before)[0]?.verdict).toBe("no difference");
    expect(againstBaseline(reportOf([disturbed("a", 1.06)]), { ...before, noise: [] })[0]?.verdict).toBe(
      "slower",
    );
  });

  test.each([
    ["nothing has disturbed it", 1.02, boundResult("b", TEN, 1.02)],
    ["one of them waits for something else", 3, functionResult("b", TEN)],
  ])("by time, where %s", (_, waited, other) => {
    expect(withinGroups([boundResult("a", TEN, waited), other])[0]?.by).toBe("wall time");
  });
});

describe("the exit code", () => {
  const baseline = reportOf([functionResult("a", TEN)]);
  test.each<[string, BenchReport, boolean, 0 | 1]>([
    ["all is well", reportOf([functionResult("a", TEN, 200)]), false, 0],
    ["a target is missed", reportOf([functionResult("a", TEN, 50)]), false, 1],
    ["a trial failed", reportOf([commandResult([[1]], "no")]), false, 1],
    [
      "slower than the baseline, which is allowed",
      reportOf([functionResult("a", slower)], baseline),
      false,
      0,
    ],
    [
      "slower than the baseline, which is not allowed",
      reportOf([functionResult("a", slower)], baseline),
      true,
      1,
    ],
    ["no difference", reportOf([functionResult("a", TEN)], baseline), true, 0],
    ["slower than another one", reportOf([functionResult("a", slower), functionResult("b", TEN)]), true, 0],
  ])("%s", (_, report, failOnSlower, code) => expect(exitCodeOf(report, { failOnSlower })).toBe(code));
});
