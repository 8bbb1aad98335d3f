/** How times, shares and samples are written. */
import { expect, test } from "bun:test";
import { histogramLine } from "../../../src/render/bench/histogram-line.ts";
import { progressText } from "../../../src/render/bench/progress.ts";
import { formatMargin, formatMs, formatP, formatRatio } from "../../../src/render/bench/time.ts";

test.each([
  [0, "0.00 ns"],
  [0.000_000_4, "0.40 ns"],
  [0.000_012_34, "12.3 ns"],
  [0.001, "1.00 µs"],
  [0.123_4, "123 µs"],
  [0.999_96, "1.00 ms"],
  [9.996, "10.0 ms"],
  [99.96, "100 ms"],
  [999.6, "1.00 s"],
  [1_234, "1.23 s"],
  [75_000, "75.0 s"],
])("%p ms is %p", (ms, text) => expect(formatMs(ms)).toBe(text));

test("shares", () => {
  expect([formatMargin(null), formatMargin(0.0042)]).toEqual(["", " ± 0.4 %"]);
  expect([formatRatio(1), formatRatio(12.345), formatRatio(2_965.4)]).toEqual(["1.00x", "12.35x", "2965x"]);
  expect([formatP(0.0004), formatP(0.03), formatP(1)]).toEqual(["p < 0.001", "p = 0.030", "p = 1.000"]);
});

test("samples: blank where there is none, and the lowest bar for a single one", () => {
  const samples = [...Array.from({ length: 80 }, () => 1), 2, ...Array.from({ length: 40 }, () => 4.9), 5];
  expect(histogramLine(samples, 4)).toBe("█▁ ▅");
  expect(histogramLine([3, 3, 3], 20)).toBe("█");
});

test("progress: the time that is left is known after the first trial", () => {
  const at = { name: "a", turns: 10, startedMs: 0 };
  expect(progressText({ ...at, turn: 0 }, 900)).toBe(`${"░".repeat(20)} 0/10  a`);
  expect(progressText({ ...at, turn: 5 }, 10_000)).toBe(
    `${"█".repeat(10)}${"░".repeat(10)} 5/10, about 10s left  a`,
  );
});
