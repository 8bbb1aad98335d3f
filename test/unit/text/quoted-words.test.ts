import { expect, test } from "bun:test";
import { quotedWords } from "../../../src/text/quoted-words.ts";

test.each([
  ["bun run src/server.ts", ["bun", "run", "src/server.ts"]],
  ["  node   server.js\t--port=1 ", ["node", "server.js", "--port=1"]],
  [`sh -c 'exit 4'`, ["sh", "-c", "exit 4"]],
  [`a "b \\"c\\" \\\\ \\d" e`, ["a", 'b "c" \\ \\d', "e"]],
  [`a\\ b 'c\\'`, ["a b", "c\\"]],
  [`pre"fix"'ed' ""`, ["prefixed", ""]],
  ["", []],
])("%p", (text, expected) => {
  expect(quotedWords(text)).toEqual(expected);
});

test.each([`a "b`, `a 'b`])("%p is refused", (text) => {
  expect(() => quotedWords(text)).toThrow(SyntaxError);
});
