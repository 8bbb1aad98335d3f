/**
 * Comparisons of times that were really measured: 6,000 runs of one program, one after the other on a busy machine, with its
 * interruptions, its drift and what neighbouring runs have in common (`npm run soak -- --statistics 200` measures anew).
 */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unitsOf } from "../../../../src/core/bench/report.ts";
import { compareTimes, type Difference } from "../../../../src/core/statistics/comparison.ts";
import { Random } from "../../../support/random.ts";

const RECORD = join(import.meta.dir, "../../../fixtures/bench/recorded-times.txt");
const times = readFileSync(RECORD, "utf8").trim().split(/\s+/u).map(Number);

type Trials = readonly (readonly number[])[];
const [TRIALS, RUNS] = [10, 20];

/** Two sides that took turns, from somewhere in the record. */
function sides(random: Random): readonly [Trials, Trials] {
  const start = random.whole(0, times.length - 2 * TRIALS * RUNS - 1);
  const trial = (turn: number): readonly number[] =>
    times.slice(start + turn * RUNS, start + (turn + 1) * RUNS);
  const turns = Array.from({ length: TRIALS }, (_, i) => 2 * i);
  return [turns.map(trial), turns.map((turn) => trial(turn + 1))];
}

function verdicts(count: number, compare: (...both: readonly [Trials, Trials]) => Difference): Difference[] {
  const random = new Random(14);
  return Array.from({ length: count }, () => compare(...sides(random)));
}

const differing = (all: readonly Difference[]): number =>
  all.filter((each) => each !== "no difference").length;

const timesOf = (trials: Trials): readonly number[] =>
  unitsOf({ trials: trials.map((samples) => ({ samples })) });

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

test("the contrast: by single runs, as if they were independent, more than 20 are false", () => {
  expect(differing(verdicts(200, bySingleRuns))).toBeGreaterThan(20);
});

test("the contrast: without turns, most are false", () => {
  const random = new Random(14);
  const apart = Array.from({ length: 200 }, () => byTrials()(sides(random)[0], sides(random)[0]));
  expect(differing(apart)).toBeGreaterThan(100);
});
