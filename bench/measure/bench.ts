/** `bun-isolate bench` beside hyperfine, on the same commands, and what a process for each trial costs. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BenchReport } from "../../src/core/bench/report.ts";
import { repository } from "../../test/support/launch.ts";
import type { Bar, Measurement, MeasureOptions, Section, Table } from "../section.ts";
import { cpuMs } from "../support/rusage.ts";
import { scratchDirectory } from "../support/scratch.ts";
import { median, withRange } from "../support/statistics.ts";
import { digits, ms, times } from "../support/units.ts";

const bun = process.execPath;
/** Of their own start for the most part, of work, and of several processes that a shell starts. */
const COMMANDS = [
  "sh -c :",
  `${bun} --version`,
  "awk -f work.awk",
  "sort --parallel=1 numbers.txt -o sorted.txt",
] as const;
const FILES = {
  "work.awk": "BEGIN { for (i = 0; i < 1000000; i++) x += i }\n",
  "numbers.txt": Array.from({ length: 50_000 }, (_, i) => `${(i * 7_919) % 50_021}\n`).join(""),
} as const;

const script = (name: string): readonly string[] => ["sh", join(repository, "scripts", name)];

async function run(folder: string, argv: readonly string[], input?: string): Promise<string> {
  const child = Bun.spawn([...argv], {
    cwd: folder,
    env: {
      ...process.env,
      HOME: folder,
      PATH: `${join(repository, "node_modules/.bin")}:${dirname(bun)}:${process.env["PATH"]}`,
    },
    stdin: input === undefined ? "ignore" : new Blob([input]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${code}: ${err}`);
  return out;
}

async function ours(folder: string, command: string, runs: number): Promise<number> {
  const options = `--json --warmup 3 --runs ${runs} --command`.split(" ");
  const out = await run(folder, [...script("bun-isolate.ts"), "bench", ...options, command]);
  const report: BenchReport = JSON.parse(out);
  return median(report.benchmarks.flatMap(({ trials }) => trials.flatMap(({ samples }) => samples)));
}

interface HyperfineDocument {
  readonly results: readonly { readonly median: number }[];
}

async function theirs(folder: string, command: string, runs: number): Promise<number> {
  const path = join(folder, "hyperfine.json");
  const options = `--shell=none --warmup 3 --runs ${runs} --export-json`.split(" ");
  await run(folder, ["hyperfine", ...options, path, command]);
  const { results }: HyperfineDocument = JSON.parse(readFileSync(path, "utf8"));
  return (results[0]?.median ?? Number.NaN) * 1_000;
}

interface Agreement {
  readonly command: string;
  readonly ours: number[];
  readonly theirs: number[];
  /** In each round: ours ÷ the first of theirs, and the second of theirs ÷ the first. */
  readonly ratios: number[];
  readonly noise: number[];
}

/** hyperfine runs twice in each round, on both sides of ours: how these two differ is the noise. */
async function agreementOf(
  folder: string,
  command: string,
  rounds: number,
  runs: number,
): Promise<Agreement> {
  const found: Agreement = { command, ours: [], theirs: [], ratios: [], noise: [] };
  for (let round = 0; round < rounds; round++) {
    const first = await theirs(folder, command, runs);
    const own = await ours(folder, command, runs);
    const second = await theirs(folder, command, runs);
    found.ours.push(own);
    found.theirs.push(first, second);
    found.ratios.push(own / Math.sqrt(first * second));
    found.noise.push(second / first);
  }
  return found;
}

const shown = (command: string): string => command.replace(bun, "bun");

const agreementTable = (all: readonly Agreement[], runs: number): Table => ({
  caption: `Medians of ${runs} runs`,
  columns: ["command", "bun-isolate bench, ms", "hyperfine, ms", "ratio", "hyperfine ÷ itself"],
  rows: all.map((each) => [
    shown(each.command),
    withRange(each.ours, digits),
    withRange(each.theirs, digits),
    withRange(each.ratios, digits),
    withRange(each.noise, digits),
  ]),
  notes: [
    `Median (least–most) of ${all[0]?.ratios.length ?? 0} rounds: hyperfine, bun-isolate bench, hyperfine again. The ratio is to the geometric mean of hyperfine's two.`,
  ],
});

/** Within noise: no further from 1 than hyperfine gets from itself. */
function agreementBar({ command, ratios, noise }: Agreement): Bar {
  const furthest = Math.max(...noise.map((each) => Math.abs(Math.log(each))));
  const ratio = median(ratios);
  return {
    what: `${shown(command)}: median ÷ hyperfine's`,
    bar: `${digits(Math.exp(-furthest))}–${digits(Math.exp(furthest))} (as hyperfine ÷ itself)`,
    measured: times(ratio),
    met: Math.abs(Math.log(ratio)) <= furthest,
  };
}

interface Cost {
  readonly wallMs: number[];
  readonly cpuMs: number[];
}

async function costOf(cost: Cost, act: () => Promise<unknown>, share = 1): Promise<void> {
  const [startedMs, before] = [performance.now(), cpuMs()];
  await act();
  cost.cpuMs.push((cpuMs() - before) / share);
  cost.wallMs.push((performance.now() - startedMs) / share);
}

const TRIALS = 20;
const TRUE = '{"name":"true","command":"true","iterations":1}';

async function trialCosts(folder: string, rounds: number): Promise<Table> {
  const bench = (trials: number) => () => {
    const options = `--json --runs ${trials} --trials ${trials} --command`.split(" ");
    return run(folder, [...script("bun-isolate.ts"), "bench", ...options, "true"]);
  };
  const ways: readonly (readonly [name: string, act: () => Promise<unknown>, share: number])[] = [
    ["Bun.spawn of the command alone", () => run(folder, ["true"]), 1],
    ["Bun.spawn of a Bun that does nothing", () => run(folder, [bun, "-e", "0"]), 1],
    [`a trial of bun-isolate bench (of ${TRIALS}, its own start included)`, bench(TRIALS), TRIALS],
    ["bun-isolate bench with a single trial", bench(1), 1],
    ["benchmark-runner", () => run(folder, script("benchmark-runner.ts"), TRUE), 1],
  ];
  const costs = ways.map((): Cost => ({ wallMs: [], cpuMs: [] }));
  for (let round = 0; round < rounds; round++)
    for (const [at, [, act, share]] of ways.entries())
      await costOf(costs[at] ?? { wallMs: [], cpuMs: [] }, act, share);
  return {
    caption: "What a trial of the command `true` costs",
    columns: ["", "wall", "CPU"],
    rows: ways.map(([name], at) => [
      name,
      withRange(costs[at]?.wallMs ?? [], ms),
      withRange(costs[at]?.cpuMs ?? [], ms),
    ]),
    notes: [
      `Median (least–most) of ${rounds} interleaved rounds. A trial has a Bun of its own, held in a container.`,
    ],
  };
}

export const benchCommands: Measurement = async ({ smoke, progress }: MeasureOptions): Promise<Section> => {
  using scratch = scratchDirectory();
  for (const [name, text] of Object.entries(FILES)) await Bun.write(join(scratch.path, name), text);
  const [rounds, runs] = smoke ? [1, 10] : [7, 100];
  progress("trials");
  const costs = await trialCosts(scratch.path, smoke ? 1 : 15);
  const title = "Benchmarks of commands";
  if (Bun.which("hyperfine") === null) {
    const missing = "hyperfine is not installed (npm run test:deps): not compared with it.";
    return { title, tables: [{ ...costs, notes: [...(costs.notes ?? []), missing] }], bars: [] };
  }
  const all: Agreement[] = [];
  for (const command of COMMANDS) {
    progress(shown(command));
    all.push(await agreementOf(scratch.path, command, rounds, runs));
  }
  return { title, tables: [agreementTable(all, runs), costs], bars: all.map(agreementBar) };
};
