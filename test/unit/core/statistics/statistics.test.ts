/** Figures of samples, held to answers that others have published. */
import { describe, expect, test } from "bun:test";
import { compareTimes } from "../../../../src/core/statistics/comparison.ts";
import { histogram } from "../../../../src/core/statistics/histogram.ts";
import { mannWhitney } from "../../../../src/core/statistics/mann-whitney.ts";
import { quantileOf } from "../../../../src/core/statistics/quantile.ts";
import { studentQuantile } from "../../../../src/core/statistics/student.ts";
import { meanOf, outliersOf, standardDeviation, summarize } from "../../../../src/core/statistics/summary.ts";

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

// NIST Statistical Reference Datasets, univariate: certified mean and standard deviation
const alternating = (base: number): number[] => [
  base + 0.2,
  ...Array.from({ length: 1_000 }, (_, i) => base + (i % 2 === 0 ? 0.1 : 0.3)),
];
const hundredths = (base: number, text: string): number[] =>
  text.split(/\s+/).map((each) => base + Number(each) / 100);
const MAVRO =
  "180 170 180 190 180 170 150 140 150 150 170 180 180 190 190 210 200 160 140 130 130 150 150 160 150 140 130 140 150 140 150 160 150 160 190 200 200 210 220 230 240 250 270 260 260 260 270 260 250 240";
/** The speed of light in 1879, in 1,000 km/s. */
const MICHELSO =
  "85 74 90 107 93 85 95 98 98 88 100 98 93 65 76 81 100 100 96 96 96 94 96 94 88 80 85 88 90 84 83 79 81 88 88 83 80 79 76 80 88 88 88 86 72 62 86 97 95 88 91 85 87 84 84 85 84 84 84 89 81 81 82 80 77 76 74 75 76 91 92 89 86 88 72 84 85 85 78 89 84 78 81 76 81 79 81 82 85 87 87 81 74 81 94 95 80 81 87 72";

describe("one set of samples", () => {
  test.each([
    ["Mavro", hundredths(0, MAVRO).map((each) => 2 + each / 1_000), 2.001_856, 0.000_429_123_454_003_053],
    ["Michelso", hundredths(299, MICHELSO), 299.8524, 0.079_010_547_819_051_8],
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

  test("the margin of Student's sleep data, as R's t.test(extra ~ group, paired = TRUE) has it: 0.7001 to 2.4599", () => {
    const gained = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4];
    const { mean, relativeMargin } = summarize(gained);
    expect(mean).toBeCloseTo(1.58, 9);
    expect(mean * (1 - (relativeMargin ?? 0))).toBeCloseTo(0.7001, 3);
    expect(mean * (1 + (relativeMargin ?? 0))).toBeCloseTo(2.4599, 3);
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

/** The p of 1 to n against the same numbers, moved up. */
function shifted(n: number): number {
  const a = upTo(n);
  return mannWhitney(
    a,
    a.map((each) => each + 0.15 * n + 0.5),
  ).p;
}

describe("Mann-Whitney U", () => {
  test("the example of SciPy's mannwhitneyu (exact)", () => {
    expect(mannWhitney([19, 22, 16, 29, 24], [20, 11, 17, 12])).toEqual({ u: 17, p: 14 / 126 });
  });

  test("the example of R's wilcox.test: Hollander and Wolfe, W = 35, 0.1272 on one side", () => {
    const atTerm = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const { u, p } = mannWhitney(atTerm, [1.15, 0.88, 0.9, 0.74, 1.21]);
    expect(u).toBe(35);
    expect(p / 2).toBeCloseTo(0.1272, 4);
  });

  test("with ties, the example of NAG's g08ahf: U = 86, exactly 0.0020 on one side", () => {
    const first = [13, 6, 12, 7, 12, 7, 10, 7, 10, 7, 16, 7, 10, 8, 9, 8];
    const second = [17, 6, 10, 8, 15, 8, 15, 10, 15, 10, 14, 10, 14, 11, 14, 11, 13, 12, 13, 12, 13, 12, 12];
    const { u, p } = mannWhitney(first, second);
    expect(u).toBe(86);
    expect((p / 2).toFixed(4)).toBe("0.0020");
    expect(mannWhitney(second, first)).toEqual({ u: 16 * 23 - 86, p });
  });

  // Mann and Whitney 1947, table I: the least U of n and n samples, one side
  test.each([
    [3, 0.05],
    [4, 0.014],
    [5, 0.004],
    [6, 0.001],
  ])("the least U of %d and %d samples", (n, probability) => {
    const { u, p } = mannWhitney(
      upTo(n),
      upTo(n).map((each) => n + each),
    );
    expect(u).toBe(0);
    expect(Number((p / 2).toFixed(3))).toBe(probability);
  });

  test("counting, and the normal distribution beyond 50 samples, go over into each other", () => {
    expect(Math.abs(shifted(25) - shifted(26))).toBeLessThan(0.01);
  });

  test("with ties and many samples, the example of R's wilcox.test: airquality, ozone in May and in August", () => {
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

/** Ten times around the middle, spread by `share` of it. */
const around = (middle: number, share: number): number[] =>
  upTo(10).map((each) => middle * (1 + (share * (each - 5.5)) / 9));

describe("a comparison", () => {
  test.each([
    ["hardly any difference, and certainly", around(1, 0.001), around(1.005, 0.001), "no difference"],
    ["a tenth more, and certainly", around(1, 0.05), around(1.1, 0.05), "slower"],
    ["a tenth less, and certainly", around(1.1, 0.05), around(1, 0.05), "faster"],
    ["the same, and little spread", around(1, 0.05), around(1.001, 0.05), "no difference"],
    ["a tenth more can be neither seen nor excluded", around(1, 0.6), around(1.06, 0.6), "cannot tell"],
    ["four are too few", [1, 1.1, 1.2, 1.3], around(9, 0.1), "cannot tell"],
    ["five are enough", [1, 1.1, 1.2, 1.3, 1.4], [2, 2.1, 2.2, 2.3, 2.4], "slower"],
  ] as const)("%s", (_, before, after, verdict) => {
    expect(compareTimes(before, after).verdict).toBe(verdict);
  });

  // R: wilcox.test(log(after), log(before), conf.int = TRUE) has the same estimate, as a logarithm
  test("the ratio is that of Hodges and Lehmann, in both directions", () => {
    const { ratio, interval } = compareTimes([1, 2, 4, 8, 16], [2, 4, 8, 16, 32]);
    expect(ratio).toBe(2);
    expect(compareTimes([2, 4, 8, 16, 32], [1, 2, 4, 8, 16]).interval).toEqual([
      1 / (interval?.[1] ?? NaN),
      1 / (interval?.[0] ?? NaN),
    ]);
  });

  test.each([5, 10, 24, 40])("its interval has all that %d times do not speak against", (n) => {
    const [before, after] = [around(1, 0.31), around(1.2, 0.47)].map((ten) =>
      upTo(n).map((i) => (ten[i % 10] ?? NaN) * (1 + i / 997)),
    );
    if (before === undefined || after === undefined) throw new Error("no times");
    const [least, most] = compareTimes(before, after).interval ?? [NaN, NaN];
    const pAt = (ratio: number): number =>
      mannWhitney(
        after.map((each) => each / ratio),
        before,
      ).p;
    expect([pAt(least * 1.000_01), pAt(most / 1.000_01)].every((p) => p >= 0.05)).toBe(true);
    expect([pAt(least / 1.000_01), pAt(most * 1.000_01)].every((p) => p < 0.05)).toBe(true);
  });

  test("how many would tell: more where they are spread more, and the least where there are too few", () => {
    const needed = [0.3, 0.6, 1.2].map((share) => compareTimes(around(1, share), around(1.06, share)).needed);
    expect(needed.every((each, i) => (each ?? NaN) > (needed[i - 1] ?? 10))).toBe(true);
    expect(compareTimes([1, 2], [1, 2]).needed).toBe(5);
    expect(compareTimes(around(1, 0.1), around(2, 0.1)).needed).toBe(null);
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
