/**
 * Comparisons of times that were really measured: 6,000 runs of one program, one after the other on a busy machine, with its
 * interruptions, its drift and what neighbouring runs have in common (`npm run soak -- --statistics 200` measures anew).
 */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UNDISTURBED } from "../../../../src/core/bench/report.ts";
import { compareTimes, type Difference } from "../../../../src/core/statistics/comparison.ts";
import { ascending, quantileOf } from "../../../../src/core/statistics/quantile.ts";
import { Random } from "../../../support/random.ts";

const recorded = (name: string): readonly string[] =>
  readFileSync(join(import.meta.dir, "../../../fixtures/bench", name), "utf8")
    .trim()
    .split(/\s+/u);
const times = recorded("recorded-times.txt").map(Number);
/** 2,000 runs beside 12 programs that computed every other half second, on two processors: time and CPU time of each. */
const underLoad = recorded("recorded-under-load.txt").map((run) => run.split("/").map(Number));

type Trials = readonly (readonly number[])[];
const [TRIALS, RUNS] = [10, 20];

/** Two sides that took turns, from somewhere in the record. */
function sides(random: Random, of: readonly number[]): readonly [Trials, Trials] {
  const start = random.whole(0, of.length - 2 * TRIALS * RUNS - 1);
  const trial = (turn: number): readonly number[] => of.slice(start + turn * RUNS, start + (turn + 1) * RUNS);
  const turns = Array.from({ length: TRIALS }, (_, i) => 2 * i);
  return [turns.map(trial), turns.map((turn) => trial(turn + 1))];
}

function verdicts(
  count: number,
  compare: (...both: readonly [Trials, Trials]) => Difference,
  of: readonly number[] = times,
): Difference[] {
  const random = new Random(14);
  return Array.from({ length: count }, () => compare(...sides(random, of)));
}

const differing = (all: readonly Difference[]): number =>
  all.filter((each) => each === "faster" || each === "slower").length;

const timesOf = (trials: Trials): readonly number[] =>
  trials.map((samples) => quantileOf(ascending(samples), UNDISTURBED));

const byTrials =
  (factor = 1) =>
  (before: Trials, after: Trials): Difference =>
    compareTimes(
      timesOf(before),
      timesOf(after).map((each) => factor * each),
    ).verdict;

const bySingleRuns = (before: Trials, after: Trials): Difference =>
  compareTimes(before.flat(), after.flat()).verdict;

test("a program with itself, 200 times: at most 20 verdicts are false", () => {
  expect(differing(verdicts(200, byTrials()))).toBeLessThanOrEqual(20);
});

test.each([
  ["slower", 1.1],
  ["faster", 1 / 1.1],
] as const)("one that is 10 %% %s is found in at least 80 %% of 50 tries", (verdict, factor) => {
  const found = verdicts(50, byTrials(factor)).filter((each) => each === verdict);
  expect(found.length).toBeGreaterThanOrEqual(40);
});

test("the contrast: by single runs, as if they were independent, more than a tenth are false", () => {
  expect(differing(verdicts(60, bySingleRuns))).toBeGreaterThan(6);
});

test("the contrast: without turns, most are false", () => {
  const random = new Random(14);
  const apart = Array.from({ length: 200 }, () =>
    byTrials()(sides(random, times)[0], sides(random, times)[0]),
  );
  expect(differing(apart)).toBeGreaterThan(100);
});

const slowerIn = (of: readonly number[] | undefined): number =>
  verdicts(50, byTrials(1.1), of).filter((each) => each === "slower").length;

describe("on a machine with much else to do", () => {
  const [wall, cpu] = [0, 1].map((at) => underLoad.map((run) => run[at] ?? NaN));
  test("by CPU time no verdict on a program and itself is false, and 10 % more is found", () => {
    expect(differing(verdicts(200, byTrials(), cpu))).toBeLessThanOrEqual(10);
    expect(slowerIn(cpu)).toBeGreaterThanOrEqual(48);
  });

  test("the contrast: by the time that it took, hardly one is found, and most of them are not denied", () => {
    expect(slowerIn(wall)).toBeLessThan(20);
    expect(verdicts(50, byTrials(1.1), wall).filter((each) => each === "no difference").length).toBeLessThan(
      3,
    );
  });
});
