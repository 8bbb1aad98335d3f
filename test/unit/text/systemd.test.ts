/** How texts stand in a unit: what systemd makes of them is what they were. */
import { describe, expect, test } from "bun:test";
import { fitsInUnit, unitArgument, unitText, unitWord } from "../../../src/text/systemd.ts";

describe.each([
  ["a b", '"a b"', '"a b"', "a b"],
  ["100%", '"100%%"', '"100%%"', "100%%"],
  ["a$HOME", '"a$HOME"', '"a$$HOME"', "a$HOME"],
  ["$$", '"$$"', '"$$$$"', "$$"],
  ['say "x"', '"say \\"x\\""', '"say \\"x\\""', 'say "x"'],
  ["a\\b", '"a\\\\b"', '"a\\\\b"', "a\\b"],
  ["a\nb", '"a\\nb"', '"a\\nb"', "a b"],
  ["a\u0007b", '"a\\u0007b"', '"a\\u0007b"', "a b"],
  ["a\u009bb", '"a\\u009bb"', '"a\\u009bb"', "a b"],
  ["a\u202eb", '"a\\u202eb"', '"a\\u202eb"', "a\u202eb"],
])("%j", (text, word, argument, free) => {
  test("as a word", () => expect(unitWord(text)).toBe(word));
  test("as an argument of a command, where $ begins a variable", () =>
    expect(unitArgument(text)).toBe(argument));
  test("as free text", () => expect(unitText(text)).toBe(free));
});

test.each([
  ["/srv/shop", true],
  ["/srv/my shop", true],
  ["/srv/shop ", false],
  ["/srv/shop\\", false],
  ["/srv/a\nb", false],
  ["/srv/a\u007fb", false],
  ["/srv/a\u009bb", false],
  ["/srv/a\u202eb", false],
])("%j as a path", (path, fits) => expect(fitsInUnit(path)).toBe(fits));
