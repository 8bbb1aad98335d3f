/**
 * What a process for each test file costs, on zod and on an uneven suite: beside `bun test --parallel`, which keeps its workers, and
 * beside the floor, the same processes with nothing of ours.
 */
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { repository } from "../../test/support/launch.ts";
import { copyZod } from "../../test/support/parity/zod.ts";
import { place } from "../../test/support/isolate.ts";
import { atMost, type Measurement, type MeasureOptions, type Section, type Table } from "../section.ts";
import { scratchDirectory } from "../support/scratch.ts";
import { median, withRange } from "../support/statistics.ts";
import { digits, megabytes, times } from "../support/units.ts";

interface SuiteRun {
  readonly wallMs: number;
  readonly cpuMs: number;
  /** Of the largest process. */
  readonly peakBytes: number;
}

interface SuiteWay {
  readonly name: string;
  readonly argv: readonly string[];
}

const bun = process.execPath;
const OURS: SuiteWay = {
  name: "bun-isolate test",
  argv: ["sh", join(repository, "scripts/bun-isolate.ts"), "test"],
};
const PARALLEL: SuiteWay = { name: "bun test --parallel", argv: [bun, "test", "--parallel"] };
const ONE: SuiteWay = { name: "bun test", argv: [bun, "test"] };
/** No way with a process for each file can be quicker than that. */
const FLOOR: SuiteWay = {
  name: "bun test FILE for each, N at a time",
  argv: [bun, join(repository, "bench/fixtures/file-by-file.ts"), String(availableParallelism())],
};
const WAYS = [OURS, FLOOR, PARALLEL, ONE] as const;

async function runSuite({ argv }: SuiteWay, folder: string): Promise<SuiteRun> {
  const startedMs = performance.now();
  const child = Bun.spawn([...argv], {
    cwd: folder,
    env: {
      ...process.env,
      HOME: folder,
      PATH: `${join(repository, "node_modules/.bin")}:${dirname(bun)}:${process.env["PATH"]}`,
    },
    stdio: ["ignore", "ignore", "ignore"],
  });
  await child.exited;
  const usage = child.resourceUsage();
  return {
    wallMs: performance.now() - startedMs,
    cpuMs: Number(usage?.cpuTime.total ?? 0) / 1_000,
    peakBytes: usage?.maxRSS ?? 0,
  };
}

/** Interleaved, so that a disturbance hits all of them. */
async function rounds(folder: string, count: number): Promise<ReadonlyMap<SuiteWay, readonly SuiteRun[]>> {
  const found = new Map<SuiteWay, SuiteRun[]>(WAYS.map((way) => [way, []]));
  // caches are filled, and bun-isolate learns how long each file takes
  for (const way of WAYS) await runSuite(way, folder);
  for (let round = 0; round < count; round++)
    for (const way of WAYS) found.get(way)?.push(await runSuite(way, folder));
  return found;
}

const cpuOf = ({ cpuMs }: SuiteRun): number => cpuMs;

const tableOf = (
  caption: string,
  found: ReadonlyMap<SuiteWay, readonly SuiteRun[]>,
  notes: readonly string[] = [],
): Table => ({
  caption,
  columns: ["run by", "wall, ms", "CPU, ms", "largest process"],
  rows: [...found].map(([way, runs]) => [
    way.name,
    withRange(
      runs.map(({ wallMs }) => wallMs),
      digits,
    ),
    withRange(
      runs.map(({ cpuMs }) => cpuMs),
      digits,
    ),
    megabytes(Math.max(...runs.map(({ peakBytes }) => peakBytes))),
  ]),
  notes: [`Median (least–most) of ${found.get(OURS)?.length ?? 0} interleaved runs.`, ...notes],
});

/** Of each pair, so that the machine's speed cancels out. */
function ratio(
  found: ReadonlyMap<SuiteWay, readonly SuiteRun[]>,
  way: SuiteWay,
  beside: SuiteWay,
  of: (run: SuiteRun) => number = ({ wallMs }) => wallMs,
): number {
  const [ours, theirs] = [found.get(way) ?? [], found.get(beside) ?? []];
  return median(
    ours.flatMap((run, at) => {
      const other = theirs[at];
      return other === undefined ? [] : [of(run) / of(other)];
    }),
  );
}

const waits = (ms: number): string =>
  `import { test } from "bun:test";\ntest("waits", async () => { await Bun.sleep(${ms}); });\n`;

/** The long ones come last by name, where they run alone at the end unless somebody knows of them. */
function placeUneven(folder: string): void {
  const quick = Array.from({ length: 20 }, (_, at) => [`a${at}.test.ts`, waits(100)] as const);
  place(folder, { ...Object.fromEntries(quick), "y.test.ts": waits(1_500), "z.test.ts": waits(2_000) });
}

export const isolateTests: Measurement = async ({ smoke, progress }: MeasureOptions): Promise<Section> => {
  using zodFolder = scratchDirectory();
  using unevenFolder = scratchDirectory();
  const files = copyZod(zodFolder.path);
  placeUneven(unevenFolder.path);
  progress("zod");
  const zod = await rounds(zodFolder.path, smoke ? 1 : 7);
  progress("an uneven suite");
  const uneven = await rounds(unevenFolder.path, smoke ? 1 : 7);
  return {
    title: "Test files in their own processes",
    tables: [
      tableOf(`zod, ${files.length} files`, zod, [
        `The floor takes ${times(ratio(zod, FLOOR, PARALLEL))} the time of bun test --parallel on zod, whose workers load what many files import once: no way that gives each file a process of its own gets below that.`,
      ]),
      tableOf("20 files of 0.1 s, one of 1.5 s, one of 2 s", uneven),
    ],
    bars: [
      atMost("wall on zod ÷ bun test --parallel", 1.25, ratio(zod, OURS, PARALLEL), times),
      atMost("wall on zod ÷ the floor", 1.08, ratio(zod, OURS, FLOOR), times),
      atMost("CPU on zod ÷ the floor", 1.08, ratio(zod, OURS, FLOOR, cpuOf), times),
      atMost("wall on the uneven suite ÷ bun test --parallel", 1, ratio(uneven, OURS, PARALLEL), times),
    ],
  };
};
