/** When the bytes of a log came, from the notes about them. */
import { expect, test } from "bun:test";
import { Times } from "../../../src/app-log/log/times.ts";

function notes(...pairs: readonly (readonly [offset: number, atMs: number])[]): Buffer {
  const bytes = Buffer.alloc(pairs.length * 16);
  for (const [at, [offset, atMs]] of pairs.entries()) {
    bytes.writeDoubleLE(offset, at * 16);
    bytes.writeDoubleLE(atMs, at * 16 + 8);
  }
  return bytes;
}

const times = new Times(notes([0, 10_000], [500, 20_000], [900, 60_000]));

test.each([
  [0, 10_000],
  [499, 10_000],
  [500, 20_000],
  [899, 20_000],
  [5_000, 60_000],
])("byte %d came at %d", (offset, atMs) => {
  expect(times.of(offset)).toBe(atMs);
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
  const anew = new Times(notes([0, 10_000], [500, 20_000], [0, 30_000], [100, 40_000]));
  expect([anew.of(50), anew.of(600)]).toEqual([30_000, 40_000]);
});

test("no notes, or a torn one", () => {
  expect(new Times(Buffer.alloc(0)).of(7)).toBeNull();
  expect(new Times(notes([0, 10_000]).subarray(0, 15)).of(7)).toBeNull();
  expect(new Times(Buffer.alloc(0)).since(5, 1_000)).toBe(1_000);
});
