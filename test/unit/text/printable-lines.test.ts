/** Whole texts on their way out, and what Markdown would make of a name. */
import { expect, test } from "bun:test";
import { printableLines } from "../../../src/text/mask.ts";
import { asMarkdown } from "../../../src/render/summary.ts";

test.each([
  ["plain\nlines\tof text", "plain\nlines\tof text"],
  ["\u001B[2Jx\u0007\u009B", "\\u001b[2Jx\\u0007\\u009b"],
  ["\u202Ertl\u200B", "\\u202ertl\\u200b"],
  ["a\rb", "a\\u000db"],
  ["a\u{E0041}\u180E\u3164\uFE0Fb", "a\\udb40\\udc41\\u180e\\u3164\\ufe0fb"],
])("%j is printed as %j", (text, expected) => {
  expect(printableLines(text)).toBe(expected);
});

test("our own colours stay where there are colours, and no other sequence", () => {
  expect(printableLines("\u001B[31mred\u001B[39m\u001B[5m", true)).toBe("\u001B[31mred\u001B[39m\\u001b[5m");
  expect(printableLines("\u001B[31mred")).toBe("\\u001b[31mred");
});

test("JSON stays the same JSON", () => {
  const value = { name: "\u202E\u007F\u001B\n\u{E0041}", "\u200B": 1 };
  const text = printableLines(JSON.stringify(value));
  expect(text).not.toMatch(/[\u007f\u202e\u200b\u{e0041}]/u);
  expect(JSON.parse(text)).toEqual(value);
});

test.each([
  ["https://evil.example", "https\\://evil.example"],
  ["www.evil.example", "www\\.evil.example"],
  ["@everyone #1 ![x](y) &lt; ~~a~~", "\\@everyone \\#1 \\!\\[x\\](y) \\&lt; \\~\\~a\\~\\~"],
])("in Markdown %j is no more than its characters", (text, expected) => {
  expect(asMarkdown(text)).toBe(expected);
});
