/** What one tick costs: ours (the whole look), the naive scan, and a C program that reads what a scan reads. */
import { join } from "node:path";
import { TUNING } from "../../src/host/runtime-tuning.ts";
import { allPids } from "../../test/support/proc.ts";
import type { Fixture } from "../../test/support/ready.ts";
import { atLeast, atMost, type Measurement, type Section, type Table } from "../section.ts";
import { compile, type Compiled } from "../support/native.ts";
import { fillUpTo, startIdleBuns } from "../support/population.ts";
import { scratchDirectory } from "../support/scratch.ts";
import { median, withRange } from "../support/statistics.ts";
import { digits, ms, times, us } from "../support/units.ts";

/** Bun processes in view: the idle ones, this benchmark and the one that ticks. */
const BUNS = 20;
const IDLE_BUNS = BUNS - 2;
/** Discovery looks twice at processes younger than 30 s; the numbers are those of a machine at rest. */
const SETTLE_MS = 31_000;
/** The ticking process itself comes later than the sleepers. */
const RESERVED = 1;

interface Runs {
  readonly look: number[];
  readonly sample: number[];
  readonly over: number[];
  readonly naive: number[];
  readonly scanAll: number[];
  readonly scanNames: number[];
}

interface Effort {
  readonly rounds: number;
  /** Multiples of 64 and of 16: discovery and tracked processes take turns of that length. */
  readonly ours: number;
  readonly naive: number;
  readonly native: number;
}

const effort = (count: number, smoke: boolean): Effort =>
  smoke
    ? { rounds: 1, ours: 640, naive: 2, native: 5 }
    : { rounds: 5, ours: 640, naive: count > 1_000 ? 2 : 5, native: count > 1_000 ? 5 : 30 };

/** With the settings that the monitor gives itself; to the naive version, which runs as it is, they would be a handicap. */
const environment = (name: "ours" | "naive"): Record<string, string | undefined> =>
  name === "ours" ? { ...process.env, ...TUNING } : process.env;

async function output(argv: readonly string[], env = process.env): Promise<string> {
  const child = Bun.spawn([...argv], { env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [text, errors, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${code}: ${errors.trim()}`);
  return text;
}

async function ticker(
  name: "ours" | "naive",
  warmUp: number,
  ticks: number,
): Promise<Readonly<Record<string, number>>> {
  const script = join(import.meta.dir, `../tick/${name}.ts`);
  return JSON.parse(
    await output([process.execPath, script, String(warmUp), String(ticks)], environment(name)),
  );
}

async function measure(count: number, scan: Compiled, smoke: boolean): Promise<Runs> {
  const runs: Runs = { look: [], sample: [], over: [], naive: [], scanAll: [], scanNames: [] };
  const { rounds, ours, naive, native } = effort(count, smoke);
  for (let round = 0; round < rounds; round++) {
    const { lookMs = NaN, sampleMs = NaN, overMs = NaN, inView = 0 } = await ticker("ours", ours, ours);
    if (inView < BUNS) throw new Error(`our tick sees ${inView} processes where ${BUNS} run Bun`);
    runs.look.push(lookMs);
    runs.sample.push(sampleMs);
    runs.over.push(overMs);
    const { scanMs = NaN, inView: seen = 0 } = await ticker("naive", 1, naive);
    if (seen < IDLE_BUNS) throw new Error(`the naive scan sees ${seen} processes where ${BUNS} run Bun`);
    runs.naive.push(scanMs);
    if (!("path" in scan)) continue;
    for (const [kind, into] of [
      ["all", runs.scanAll],
      ["names", runs.scanNames],
    ] as const)
      into.push(Number(await output([scan.path, String(native), kind])) / 1_000);
  }
  return runs;
}

const usOf = (values: readonly number[]): string =>
  withRange(
    values.map((value) => value * 1_000),
    digits,
  );
const msOf = (values: readonly number[]): string => withRange(values, digits);

function table(byCount: ReadonlyMap<number, Runs>, scan: Compiled, smoke: boolean): Table {
  const missing = "path" in scan ? null : `skipped: ${scan.missing}`;
  return {
    caption: `CPU of one tick, ${BUNS} of the processes run Bun`,
    columns: [
      "processes",
      "ours: whole look, µs",
      "of it sampling, µs",
      "jobs over their limit, µs",
      "naive: ps-list + pidusage, ms",
      "naive ÷ ours",
      "C: readdir + exe + stat, ms",
      "ours ÷ C",
      "C: readdir alone, ms",
    ],
    rows: [...byCount].map(([count, { look, sample, over, naive, scanAll, scanNames }]) => [
      count.toLocaleString("en"),
      usOf(look),
      usOf(sample),
      usOf(over),
      msOf(naive),
      times(median(naive) / median(look)),
      missing ?? msOf(scanAll),
      missing === null ? digits(median(look) / median(scanAll)) : "–",
      missing ?? msOf(scanNames),
    ]),
    notes: [
      `Median (least–most) of ${effort(1_000, smoke).rounds} interleaved runs; user + system time of all threads and, for the naive version, of every ps it starts.`,
      "Nothing is over a limit, as a monitor that enforces leaves it; beside it with 3 jobs allowed and only observed, where every tick asks all jobs whether they listen.",
      "Keeping the history is in it; writing its rows is not, which a process of its own does every ten minutes.",
      `Steady state: all processes are older than 30 s. Ticks follow each other without a pause, so idle Bun processes stand still between them; the idle monitor below has its real interval.`,
    ],
  };
}

function section(byCount: ReadonlyMap<number, Runs>, scan: Compiled, smoke: boolean): Section {
  const of = (count: number, what: "look" | "naive"): number => median(byCount.get(count)?.[what] ?? []);
  const most = Math.max(...byCount.keys());
  const least = most > 1_000 ? 1_000 : 100;
  const perKnownUs = ((of(most, "look") - of(least, "look")) / (most - least)) * 1_000;
  return {
    title: "CPU per tick",
    tables: [table(byCount, scan, smoke)],
    bars: [
      atLeast(
        "CPU per tick at 1,000 processes, naive ÷ ours",
        100,
        of(1_000, "naive") / of(1_000, "look"),
        times,
      ),
      atMost(
        `CPU per known process that is not Bun (slope from ${least.toLocaleString("en")} to ${most.toLocaleString("en")})`,
        0.5,
        perKnownUs,
        us,
      ),
    ],
  };
}

export const tickCpu: Measurement = async ({ smoke, progress }) => {
  using scratch = scratchDirectory();
  const scan = compile("scan", scratch.path);
  const counts = smoke ? [100, 1_000] : [100, 1_000, 5_000];
  await using population = new AsyncDisposableStack();
  population.use(await startIdleBuns(IDLE_BUNS));
  const crowds: { readonly count: number; readonly crowd: Fixture }[] = [];
  for (const count of counts) crowds.push({ count, crowd: await fillUpTo(count, RESERVED, scratch.path) });
  progress(
    `${allPids().length} processes are up; waiting ${SETTLE_MS / 1_000} s until they are no longer young`,
  );
  await Bun.sleep(SETTLE_MS);
  const measured: [number, Runs][] = [];
  for (const { count, crowd } of crowds.toReversed()) {
    progress(`ticks at ${count.toLocaleString("en")} processes`);
    measured.unshift([count, await measure(count, scan, smoke)]);
    await crowd[Symbol.asyncDispose]();
  }
  progress(`longest: ${ms(median(measured.at(-1)?.[1].naive ?? []))} for one naive scan`);
  return section(new Map(measured), scan, smoke);
};
