import { expect, test } from "bun:test";
import { lastOf } from "../../../src/text/last-of.ts";

const streamOf = (...pieces: readonly Uint8Array<ArrayBuffer>[]): ReadableStream<Uint8Array> =>
  new Blob([...pieces]).stream();

test.each<[name: string, said: string, most: number, last: string]>([
  ["nothing", "", 5, ""],
  ["less than that", "ab", 5, "ab"],
  ["more than that", "abcdefgh", 5, "defgh"],
  ["much more than a piece of it", "a".repeat(1_000_000) + "end", 4, "aend"],
])("%s", async (_, said, most, last) => {
  expect(await lastOf(streamOf(new TextEncoder().encode(said)), most)).toBe(last);
});

test("a character that is cut between two pieces stays whole", async () => {
  const [first, second] = [new Uint8Array([0x61, 0xc3]), new Uint8Array([0xa9])];
  const cut = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(first);
      controller.enqueue(second);
      controller.close();
    },
  });
  expect(await lastOf(cut, 10)).toBe("aé");
});
