/** Longest first, and shards that end together. */
import { describe, expect, test } from "bun:test";
import { longestFirst, shardOf, timed, type TimedFile } from "../../../../src/core/tests/order.ts";
import { Random, seed } from "../../../support/random.ts";

const known: Readonly<Record<string, number>> = { slow: 900, middle: 300, quick: 10 };
const total = (files: readonly TimedFile[]): number =>
  files.reduce((sum, { expectedMs }) => sum + expectedMs, 0);

test("a file that never ran is taken for one of the usual length", () => {
  expect(
    longestFirst(timed(["new", "quick", "slow", "middle"], (file) => known[file])).map(({ file }) => file),
  ).toEqual(["slow", "middle", "new", "quick"]);
});

describe("shards", () => {
  test("together they are all files, each once, and no shard is a third longer than it must be", () => {
    const random = new Random(seed());
    for (let round = 0; round < 50; round++) {
      const files = Array.from({ length: 1 + Math.floor(random.next() * 60) }, (_, at) => ({
        file: `f${at}`,
        expectedMs: Math.floor(random.next() ** 4 * 10_000),
      }));
      const count = 1 + Math.floor(random.next() * 6);
      const shards = Array.from({ length: count }, (_, at) => shardOf(files, at + 1, count));
      expect(
        shards
          .flat()
          .map(({ file }) => file)
          .toSorted(),
      ).toEqual(files.map(({ file }) => file).toSorted());
      const least = Math.max(total(files) / count, ...files.map(({ expectedMs }) => expectedMs));
      expect(Math.max(...shards.map(total))).toBeLessThanOrEqual((4 / 3) * least + 1);
    }
  });

  test("they do not hang on the order in which the files were found", () => {
    const files = timed(["a", "b", "c", "d"], () => undefined);
    expect(shardOf(files.toReversed(), 1, 2)).toEqual(shardOf(files, 1, 2));
    expect(shardOf(files, 2, 2)).toHaveLength(2);
  });
});
