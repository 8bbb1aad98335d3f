/**
 * Comparisons as somebody would make them, with times that are really measured: of a program with itself, and of one that has
 * a tenth more to do. Commands and functions take turns.
 */
import type { BenchReport } from "../../src/core/bench/report.ts";
import { isolate, place } from "../support/isolate.ts";
import { Random } from "../support/random.ts";
import { withTemporary } from "../support/temporary.ts";

export interface StatisticsReport {
  readonly same: number;
  /** A program was told to be slower than itself. */
  readonly wrong: readonly string[];
  readonly slower: number;
  readonly found: number;
  /** Of the medians, in the middle of all tries with more to do. */
  readonly ratio: number;
  /** In how many of all reports the machine was called noisy. */
  readonly noisy: number;
}

const [WORK, MORE_WORK] = [1, 1.1];
/** As many tries as the issue of comparisons asks for: 200 and 50. */
const SAME_FOR_EACH_SLOWER = 4;

const commandOf = (work: number, number: number): string =>
  `awk 'BEGIN { for (i = 0; i < ${Math.round(1_000_000 * work)}; i++) x += i }' # ${number}`;

const moduleOf = (...work: readonly number[]): string =>
  [
    `const data = Array.from({ length: 200 }, (_, id) => ({ id, name: "name" + id, tags: ["a", "b", id] }));`,
    `const work = (count) => { for (let i = 0; i < count; i++) JSON.parse(JSON.stringify(data)); };`,
    ...work.map((each, i) => `export const f${i} = () => work(${20 * each});`),
  ].join("\n");

async function compare(folder: string, isCommand: boolean, work: readonly number[]): Promise<BenchReport> {
  place(folder, { "work.bench.js": moduleOf(...work) });
  const subject = isCommand
    ? [...work.flatMap((each, i) => ["--command", commandOf(each, i)]), "--runs", "200"]
    : ["work.bench.js", "--iterations", "20"];
  const { code, stdout, stderr } = await isolate(folder, ["bench", "--json", ...subject]);
  if (code !== 0) throw new Error(`bench ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

export const statisticsRounds = (rounds: number, seed: number): Promise<StatisticsReport> =>
  withTemporary(async (folder) => {
    const random = new Random(seed);
    const wrong: string[] = [];
    const ratios: number[] = [];
    let [found, noisy] = [0, 0];
    for (let round = 0; round < rounds; round++) {
      const isCommand = round % 2 === 0;
      const same = await compare(folder, isCommand, [WORK, WORK]);
      noisy += Math.sign(same.noise.length);
      const [comparison] = same.comparisons;
      if (comparison !== undefined && comparison.verdict !== "no difference")
        wrong.push(
          `${comparison.name}: ${comparison.ratio?.toFixed(3)} times, p = ${comparison.p.toFixed(4)}`,
        );
      if (round % (2 * SAME_FOR_EACH_SLOWER) >= 2) continue;
      const isFirst = random.chance(0.5);
      const slower = await compare(folder, isCommand, isFirst ? [MORE_WORK, WORK] : [WORK, MORE_WORK]);
      noisy += Math.sign(slower.noise.length);
      const [fast, slow] = isFirst ? slower.benchmarks.toReversed() : slower.benchmarks;
      ratios.push((slow?.summary?.median ?? NaN) / (fast?.summary?.median ?? NaN));
      const isFound = slower.comparisons.some(
        ({ name, verdict }) => verdict === "slower" && name === slow?.name,
      );
      found += Number(isFound);
    }
    const sorted = ratios.toSorted((a, b) => a - b);
    const ratio = sorted[sorted.length >> 1] ?? NaN;
    return { same: rounds, wrong, slower: ratios.length, found, ratio, noisy };
  });
