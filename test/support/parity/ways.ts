/** Ways to run a whole suite by `bun-isolate test`, and what each of them counts otherwise than plain `bun test FILE`. */
import { availableParallelism } from "node:os";
import { isolateJson } from "../isolate.ts";
import type { Random } from "../random.ts";
import { type CountsByFile, plainCounts } from "./plain.ts";

/** One command line, or one for each shard. */
export type Way = readonly (readonly string[])[];

const COUNTS = [2, 3, 5, 7] as const;
const JOBS = [1, 2, 4, 8, availableParallelism() * 4] as const;

const shards = (count: number, jobsOf: () => readonly string[]): Way =>
  Array.from({ length: count }, (_, at) => ["--shard", `${at + 1}/${count}`, ...jobsOf()]);

export const ALL_WAYS: readonly Way[] = [
  // before any durations are known, too
  shards(3, () => []),
  ...JOBS.map((jobs) => [["--jobs", String(jobs)]]),
  ...COUNTS.map((count) => shards(count, () => [])),
];

/** Shards, each with another number of jobs. */
export const drawnWay = (random: Random): Way =>
  shards(random.pick(COUNTS), () => ["--jobs", String(random.pick(JOBS))]);

/** On a loaded machine some of zod's tests take longer than the 5 s that Bun gives them. */
export const PATIENT: readonly string[] = ["--timeout=120000"];

export interface Differences {
  /** A file that is missing, is there twice, or counts otherwise, with the way in which it did. */
  readonly unlike: readonly string[];
  /** Files that plain `bun test` itself does not count alike each time. */
  readonly unsteady: readonly string[];
}

/** `args`: options of `bun test`. */
export async function unlikePlain(
  folder: string,
  plain: CountsByFile,
  way: Way,
  args: readonly string[] = [],
): Promise<Differences> {
  const name = way.flat().join(" ");
  const reports = [];
  for (const part of way) reports.push(await isolateJson(folder, ["test", ...part, "--", ...args]));
  const unlike: string[] = [];
  const unsteady: string[] = [];
  const expected = Object.keys(plain).toSorted();
  const ran = reports.flatMap(({ files }) => files.map(({ file }) => file)).toSorted();
  for (const [what, files] of [
    ["ran", ran],
    ...reports.map(({ found }) => ["found", found.toSorted()] as const),
  ] as const)
    if (!Bun.deepEquals(files, expected))
      unlike.push(`${name}: ${what} ${files.length} files in place of ${expected.length}`);
  for (const { file, counts, verdict } of reports.flatMap(({ files }) => files)) {
    if (Bun.deepEquals(counts, plain[file])) continue;
    if (await isUnsteady(folder, file, plain, args)) unsteady.push(file);
    else unlike.push(`${name}: ${file} ${verdict} ${JSON.stringify(counts)} ${JSON.stringify(plain[file])}`);
  }
  return { unlike, unsteady };
}

const TRIES = 6;

/** By Bun alone: what we have counted is not asked. */
async function isUnsteady(
  folder: string,
  file: string,
  plain: CountsByFile,
  args: readonly string[],
): Promise<boolean> {
  // one after the other: together they would slow each other down alike
  for (let tries = 0; tries < TRIES; tries++)
    if (!Bun.deepEquals(await plainCounts(folder, file, { args }), plain[file])) return true;
  return false;
}
