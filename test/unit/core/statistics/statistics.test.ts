/** Figures of samples, held to answers that others have published. */
import { describe, expect, test } from "bun:test";
import { compareTimes } from "../../../../src/core/statistics/comparison.ts";
import { histogram } from "../../../../src/core/statistics/histogram.ts";
import { mannWhitney } from "../../../../src/core/statistics/mann-whitney.ts";
import { quantileOf } from "../../../../src/core/statistics/quantile.ts";
import { studentQuantile } from "../../../../src/core/statistics/student.ts";
import { meanOf, outliersOf, standardDeviation, summarize } from "../../../../src/core/statistics/summary.ts";
import { noisyTimes, seeded } from "../../../support/noisy-times.ts";

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

// NIST Statistical Reference Datasets, univariate: certified mean and standard deviation
const alternating = (base: number): number[] => [
  base + 0.2,
  ...Array.from({ length: 1_000 }, (_, i) => base + (i % 2 === 0 ? 0.1 : 0.3)),
];
const times = (seed: number, factor = 1): readonly number[] => noisyTimes(seeded(seed), 50, factor);

describe("one set of samples", () => {
  test.each([
    ["NumAcc1", [10_000_001, 10_000_003, 10_000_002], 10_000_002, 1],
    ["NumAcc2", alternating(1), 1.2, 0.1],
    ["NumAcc3", alternating(1_000_000), 1_000_000.2, 0.1],
    ["NumAcc4", alternating(10_000_000), 10_000_000.2, 0.1],
  ] as const)("%s", (_, samples, mean, deviation) => {
    expect(meanOf(samples)).toBeCloseTo(mean, 8);
    expect(standardDeviation(samples)).toBeCloseTo(deviation, 7);
  });

  test("quantiles are those of R's quantileOf(1:10), type 7", () => {
    expect([0, 0.25, 0.5, 0.75, 0.99, 1].map((share) => quantileOf(upTo(10), share))).toEqual([
      1, 3.25, 5.5, 7.75, 9.91, 10,
    ]);
  });

  // R: qt(0.975, df)
  test.each([
    [1, 12.7062],
    [10, 2.2281],
    [11, 2.201],
    [30, 2.0423],
    [194, 1.9723],
  ])("Student's quantile for %d degrees of freedom", (freedom, value) => {
    expect(Math.abs(studentQuantile(freedom) - value)).toBeLessThan(4e-4);
  });

  test("the summary of samples, in any order", () => {
    // the MAD is Wikipedia's example of it ("Median absolute deviation")
    const summary = summarize([9, 1, 4, 1, 2, 6, 2]);
    expect(summary).toMatchObject({ count: 7, min: 1, max: 9, median: 2, p75: 5, mad: 1, outliers: 1 });
    expect((summary.relativeMargin ?? 0) * summary.mean).toBeCloseTo(
      (2.447 * standardDeviation([9, 1, 4, 1, 2, 6, 2])) / Math.sqrt(7),
      9,
    );
  });

  test("the margin of ZARR13.DAT, NIST e-Handbook 1.3.5.2: 9.258242 to 9.264679", () => {
    expect((studentQuantile(194) * 0.022789) / Math.sqrt(195)).toBeCloseTo((9.264679 - 9.258242) / 2, 6);
  });

  test("a single sample, samples that are all the same, and what is no sample", () => {
    expect(summarize([3])).toMatchObject({ median: 3, p99: 3, mad: 0, outliers: 0, relativeMargin: null });
    expect(summarize([2, 2, 2])).toMatchObject({ mad: 0, outliers: 0, relativeMargin: 0 });
    expect(outliersOf([...Array.from({ length: 20 }, () => 2), 50])).toEqual([50]);
    expect(() => summarize([])).toThrow(RangeError);
    expect(() => summarize([1, NaN])).toThrow(RangeError);
  });
});

describe("Mann-Whitney U", () => {
  test("the example of SciPy's mannwhitneyu (asymptotic)", () => {
    const { u, p } = mannWhitney([19, 22, 16, 29, 24], [20, 11, 17, 12]);
    expect(u).toBe(17);
    expect(p).toBeCloseTo(0.111_346_886_533_140_41, 6);
  });

  test("with ties, the example of R's wilcox.test: airquality, ozone in May and in August", () => {
    const may = [
      41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45, 115, 37,
    ];
    const august = [
      39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168, 73, 76, 118, 84,
      85,
    ];
    const { u, p } = mannWhitney(may, august);
    expect(u).toBe(127.5);
    expect(p.toPrecision(3)).toBe("0.000121");
  });

  test("samples that are all equal tell nothing", () => {
    expect(mannWhitney([1, 1, 1], [1, 1])).toEqual({ u: 3, p: 1 });
  });
});

describe("a comparison", () => {
  test("of the same program 200 times: at most 20 verdicts are false", () => {
    const verdicts = upTo(200).map((i) => compareTimes(times(2 * i), times(2 * i + 1)).verdict);
    expect(verdicts.filter((each) => each !== "no difference").length).toBeLessThanOrEqual(20);
  });

  test.each([
    ["slower", 1.1],
    ["faster", 1 / 1.1],
  ] as const)("of one that is 10 %% %s: found in at least 80 %% of 50 tries", (verdict, factor) => {
    const verdicts = upTo(50).map((i) => compareTimes(times(1_000 + i), times(2_000 + i, factor)).verdict);
    expect(verdicts.filter((each) => each === verdict).length).toBeGreaterThanOrEqual(40);
  });

  test("less than a percent is no difference, and four samples are too few", () => {
    expect(
      compareTimes(
        upTo(50).map(() => 1),
        upTo(50).map(() => 1.005),
      ).verdict,
    ).toBe("no difference");
    expect(compareTimes([1, 1.1, 1.2, 1.3], [2, 2.1, 2.2, 2.3]).verdict).toBe("no difference");
    expect(compareTimes([1, 1.1, 1.2, 1.3, 1.4], [2, 2.1, 2.2, 2.3, 2.4])).toMatchObject({
      verdict: "slower",
      u: 25,
    });
  });
});

describe("a histogram", () => {
  test("counts every sample, and one far outside does not press the others together", () => {
    const bins = histogram([...upTo(200), 100_000], 10);
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(201);
    expect(bins.at(-1)?.to).toBe(100_000);
    expect(bins.map(({ count }) => count).every((count) => count >= 19 && count <= 22)).toBe(true);
  });

  test("of equal samples has one bin, and of none has none", () => {
    expect(histogram([2, 2], 10)).toEqual([{ from: 2, to: 2, count: 2 }]);
    expect(histogram([], 10)).toEqual([]);
  });
});
