/** When the bytes of a log came, from the notes about them. */
import { expect, test } from "bun:test";
import { noteOf, Times } from "../../../src/app-log/log/times.ts";

const notes = (...pairs: readonly (readonly [offset: number, atMs: number])[]): Buffer =>
  Buffer.concat(pairs.map(([offset, atMs]) => noteOf(offset, atMs, atMs)));

function timesOf(bytes: Buffer): Times {
  const found = new Times();
  found.take(bytes);
  return found;
}

const times = timesOf(notes([0, 10_000], [500, 20_000], [900, 60_000]));

test.each([
  [0, 10_000],
  [499, 10_000],
  [500, 20_000],
  [899, 20_000],
  [5_000, 60_000],
])("byte %d came at %d", (offset, atMs) => {
  expect(times.of(offset)).toMatchObject({ atMs, spool: atMs });
});

test.each([
  [0, 0],
  [15_000, 500],
  [20_000, 500],
  [30_000, 900],
  [61_500, 1_000],
])("since %d: from byte %d on", (sinceMs, offset) => {
  expect(times.since(sinceMs, 1_000)).toBe(offset);
});

test("a file that was emptied: only what was noted since then", () => {
  const all = notes([0, 10_000], [500, 20_000], [0, 30_000], [100, 40_000]);
  const anew = timesOf(all.subarray(0, 40));
  anew.take(all);
  expect([anew.of(50)?.atMs, anew.of(600)?.atMs]).toEqual([30_000, 40_000]);
});

test("no notes, or a torn one", () => {
  expect(timesOf(Buffer.alloc(0)).of(7)).toBeNull();
  expect(timesOf(notes([0, 10_000]).subarray(0, 15)).of(7)).toBeNull();
  expect(timesOf(Buffer.alloc(0)).since(5, 1_000)).toBe(1_000);
});
