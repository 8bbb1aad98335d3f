/** What a program wrote, as a terminal may show it. */
import { expect, test } from "bun:test";
import { terminalLine } from "../../../src/text/terminal-line.ts";

const ODD: readonly (readonly [what: string, line: string, plain: string, coloured: string])[] = [
  ["text", "héllo\t日本 🦊", "héllo\t日本 🦊", "héllo\t日本 🦊"],
  ["colours", "\u001b[32mok\u001b[0m", "ok", "\u001b[32mok\u001b[0m\u001b[0m"],
  ["colours that do not end", "\u001b[1;31mred", "red", "\u001b[1;31mred\u001b[0m"],
  ["a cursor", "\u001b[2J\u001b[1Agone", "\\x1b[2J\\x1b[1Agone", "\\x1b[2J\\x1b[1Agone"],
  ["a title", "\u001b]0;title\u0007", "\\x1b]0;title\\x07", "\\x1b]0;title\\x07"],
  ["a carriage return within", "one\rtwo\r", "one\\x0dtwo", "one\\x0dtwo"],
  ["what reorders text", "\u202eabc", "\\u{202e}abc", "\\u{202e}abc"],
  ["a picture of several", "👩\u200d💻 ❤\ufe0f", "👩\u200d💻 ❤\ufe0f", "👩\u200d💻 ❤\ufe0f"],
];

test.each(ODD)("%s", (_what, line, plain, coloured) => {
  expect(terminalLine(line, false)).toBe(plain);
  expect(terminalLine(line, true)).toBe(coloured);
});
