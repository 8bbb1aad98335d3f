/** What is kept of a stream: its beginning and its end, and never more than was asked for. */
import { expect, test } from "bun:test";
import { BoundedBytes } from "../../../src/runner/output.ts";

test.each([
  ["all of it, where there is room", 10, ["abc", "def"], "abcdef", 0],
  ["half from the beginning, half from the end", 4, ["abc", "def"], "ab\n… 2 bytes left out …\nef", 2],
  ["the end of one long part", 4, ["abcdefgh"], "ab\n… 4 bytes left out …\ngh", 4],
  [
    "parts that are shorter than what is kept",
    4,
    "abcdefghijklmno".split(""),
    "ab\n… 11 bytes left out …\nno",
    11,
  ],
  ["nothing", 0, ["abc", "def"], "\n… 6 bytes left out …\n", 6],
] as const)("%s", (_name, most, parts, text, droppedBytes) => {
  const bytes = new BoundedBytes(most);
  for (const part of parts) bytes.add(Buffer.from(part));
  expect(bytes.output()).toEqual({ text, droppedBytes });
});
