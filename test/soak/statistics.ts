/**
 * Comparisons as somebody would make them, with times that are really measured: of a program with itself, and of one that has
 * a tenth more to do. Commands and functions take turns; a baseline is measured before.
 */
import { join } from "node:path";
import type { BenchComparison, BenchReport } from "../../src/core/bench/report.ts";
import type { Difference } from "../../src/core/statistics/comparison.ts";
import { isolate, place } from "../support/isolate.ts";
import { Random } from "../support/random.ts";
import { withTemporary } from "../support/temporary.ts";

export interface StatisticsReport {
  readonly comparisons: number;
  readonly verdicts: Readonly<Partial<Record<Difference, number>>>;
  /** By what they were compared. */
  readonly byCpuTime: number;
  /** Of the ratios of the slower program to the other one, or of a program to itself, the one in the middle. */
  readonly ratio: number;
  /** In how many of them the machine was called noisy. */
  readonly noisy: number;
  /** All that have not the verdict that is right, but for those that tell nothing. */
  readonly wrong: readonly string[];
}

const [WORK, MORE_WORK] = [1, 1.1];

const commandOf = (work: number): string =>
  `awk 'BEGIN { for (i = 0; i < ${Math.round(1_000_000 * work)}; i++) x += i }'`;

const moduleOf = (...work: readonly number[]): string =>
  [
    `const data = Array.from({ length: 200 }, (_, id) => ({ id, name: "name" + id, tags: ["a", "b", id] }));`,
    `const work = (count) => { for (let i = 0; i < count; i++) JSON.parse(JSON.stringify(data)); };`,
    ...work.map((each, i) => `export const f${i} = () => work(${20 * each});`),
  ].join("\n");

async function bench(folder: string, ...args: readonly string[]): Promise<BenchReport> {
  const { code, stdout, stderr } = await isolate(folder, ["bench", "--json", ...args]);
  if (code !== 0) throw new Error(`bench ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

const FUNCTIONS = ["work.bench.js", "--iterations", "20"];

/** Each of them measures the work `first`, and what has `second` to do, and resolves to the report that compares them. */
const WAYS: readonly ((folder: string, first: number, second: number) => Promise<BenchReport>)[] = [
  (folder, ...work) => {
    const commands = work.flatMap((each) => ["--command", commandOf(each)]);
    return bench(folder, ...commands, "-n", "first", "-n", "second", "--runs", "100");
  },
  (folder, first, second) => {
    place(folder, { "work.bench.js": moduleOf(first, second) });
    return bench(folder, ...FUNCTIONS);
  },
  async (folder, first, second) => {
    place(folder, { "work.bench.js": moduleOf(first) });
    await bench(folder, ...FUNCTIONS, "--export-json", "before.json");
    place(folder, { "work.bench.js": moduleOf(second) });
    return bench(folder, ...FUNCTIONS, "--compare", join(folder, "before.json"));
  },
];

const OPPOSITE: Readonly<Record<Difference, Difference>> = {
  faster: "slower",
  slower: "faster",
  "no difference": "no difference",
  "cannot tell": "cannot tell",
};

/** What it says of the program with more to do, whichever of the two it has taken for the fastest. */
function saidOf(
  { name, against, verdict, ratio }: BenchComparison,
  slow: 0 | 1,
): readonly [Difference, number] {
  const subject = against.kind === "fastest" && /(?:first|f0)$/u.test(name) ? 0 : 1;
  return subject === slow ? [verdict, ratio ?? NaN] : [OPPOSITE[verdict], 1 / (ratio ?? NaN)];
}

async function rounds(count: number, seed: number, more: number): Promise<StatisticsReport> {
  const random = new Random(seed);
  const right: Difference = more === WORK ? "no difference" : "slower";
  const verdicts: Partial<Record<Difference, number>> = {};
  const [wrong, ratios]: [string[], number[]] = [[], []];
  let [noisy, byCpuTime] = [0, 0];
  await withTemporary(async (folder) => {
    for (let round = 0; round < count; round++) {
      const way = round % WAYS.length;
      const slow = way < 2 && random.chance(0.5) ? 0 : 1;
      const work = slow === 0 ? ([more, WORK] as const) : ([WORK, more] as const);
      const report = await WAYS[way]?.(folder, ...work);
      const comparison = report?.comparisons[0];
      if (report === undefined || comparison === undefined) throw new Error("Nothing was compared.");
      const [verdict, ratio] = saidOf(comparison, slow);
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
      ratios.push(ratio);
      noisy += Math.sign(report.noise.length);
      byCpuTime += Number(comparison.by === "CPU time");
      if (verdict !== right && verdict !== "cannot tell")
        wrong.push(
          `${comparison.name}: ${verdict}, ${ratio.toFixed(3)} times by ${comparison.by}, p = ${comparison.p.toFixed(4)}`,
        );
    }
  });
  const ratio = ratios.toSorted((a, b) => a - b)[ratios.length >> 1] ?? NaN;
  return { comparisons: count, verdicts, byCpuTime, ratio, noisy, wrong };
}

export const sameRounds = (count: number, seed: number): Promise<StatisticsReport> =>
  rounds(count, seed, WORK);

export const slowerRounds = (count: number, seed: number): Promise<StatisticsReport> =>
  rounds(count, seed, MORE_WORK);
