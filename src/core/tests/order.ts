/** Which file runs when, and where: the longest first, by what they took before. */

/** ms that a file took; undefined = it never ran. */
type KnownDurations = (file: string) => number | undefined;

export interface TimedFile {
  readonly file: string;
  readonly expectedMs: number;
}

/** A file that never ran is taken for one of the usual length. */
export function timed(files: readonly string[], known: KnownDurations): readonly TimedFile[] {
  const lengths = files.flatMap((file) => known(file) ?? []).toSorted((a, b) => a - b);
  const usual = lengths[Math.floor(lengths.length / 2)] ?? 1;
  return files.map((file) => ({ file, expectedMs: known(file) ?? usual }));
}

/** The same on every machine that knows the same durations. */
export const longestFirst = (files: readonly TimedFile[]): readonly TimedFile[] =>
  files.toSorted((a, b) => b.expectedMs - a.expectedMs || compareNames(a.file, b.file));

const compareNames = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The files of shard `index` (from 1) of `count`: each file, the longest first, goes to the shard that has least to do
 * so far (Graham 1969, the LPT rule: at most a third longer than the best split). Each is in one shard.
 */
export function shardOf(files: readonly TimedFile[], index: number, count: number): readonly TimedFile[] {
  const shards = Array.from({ length: count }, () => ({ totalMs: 0, files: new Array<TimedFile>() }));
  for (const file of longestFirst(files)) {
    const least = shards.reduce((best, shard) => (isLess(shard, best) ? shard : best));
    least.totalMs += file.expectedMs;
    least.files.push(file);
  }
  return shards[index - 1]?.files ?? [];
}

/** Files that are known to take no time are spread all the same. */
const isLess = (
  one: { readonly totalMs: number; readonly files: readonly unknown[] },
  other: { readonly totalMs: number; readonly files: readonly unknown[] },
): boolean =>
  one.totalMs < other.totalMs || (one.totalMs === other.totalMs && one.files.length < other.files.length);
