/** Patterns are told as RegExp tells them, and in bounded time where it would give up. */
import { describe, expect, test } from "bun:test";
import { automatonOf } from "../../../src/text/pattern/automaton.ts";
import { costOf, fits, isAlwaysTold } from "../../../src/text/pattern/fits.ts";
import { parsePattern } from "../../../src/text/pattern/parse.ts";
import { Random, seed } from "../../support/random.ts";

const told = (source: string, text: string): boolean | undefined =>
  automatonOf(parsePattern(source))?.fits(text);

const SOURCES = [
  "",
  "abc",
  "^abc$",
  "a|b|",
  "(?:ab|a)(?:c|bcd)$",
  "a*b+c?",
  "^a{2}$",
  "^a{2,}b$",
  "^a{1,3}?b$",
  "a{,2}",
  "a{x}",
  "{",
  "]",
  "[]a]",
  "[^]",
  "[^a-c]x",
  "[a\\]b]+$",
  "[\\d_]+-\\w",
  "\\.ts$",
  "\\x61\\u0062",
  "\\cA",
  "\\c!",
  "\\s\\S",
  "\\bab\\b",
  "a\\Bb",
  "^\\B",
  "(?<name>a)+b",
  "(a*)*b",
  "(a+)+$",
  "(a|aa)+$",
  "(|a)+b",
  "(?:^a|b$)",
  "(\\b|x)*y",
  ".*a.*b.*",
  "^.{2}$",
  "\\/x\\-y",
  "\\u{61}",
  "a**?".slice(0, 2),
];
const TEXTS = [
  "",
  "a",
  "b",
  "ab",
  "abc",
  "aab",
  "aaab",
  "abcd",
  "a b",
  "x-1",
  "a.ts",
  "ats",
  "\n",
  "\u00a0x",
];
const MORE = [
  "\u0001",
  "\\c!",
  "a]b",
  "a{x}",
  "a{,2}",
  "{",
  "]",
  "xy",
  "y",
  "_-a",
  "/x-y",
  "uuuuuuuu",
  "😀",
  "a\u2028b",
];

describe("the automaton says what RegExp says", () => {
  test.each(SOURCES)("%j", (source) => {
    const expression = new RegExp(source);
    for (const text of [...TEXTS, ...MORE])
      expect({ text, fits: told(source, text) }).toEqual({ text, fits: expression.test(text) });
  });

  test("of 3000 patterns made at random", () => {
    const random = new Random(seed());
    const pick = (from: readonly string[]): string => from[random.whole(0, from.length - 1)] ?? "";
    const atom = (depth: number): string => {
      if (depth === 0 || random.whole(0, 2) > 0)
        return pick(["a", "b", ".", "[ab]", "[^a]", "\\w", "\\b", "^", "$"]);
      return `(${pick(["", "?:"])}${alternatives(depth - 1)})`;
    };
    const term = (depth: number): string => {
      const one = atom(depth);
      return /^(?:\\b|\^|\$)$/.test(one)
        ? one
        : one + pick(["", "", "*", "+", "?", "{2}", "{1,2}", "{1,}", "*?"]);
    };
    const alternatives = (depth: number): string =>
      Array.from({ length: random.whole(1, 2) }, () =>
        Array.from({ length: random.whole(0, 3) }, () => term(depth)).join(""),
      ).join("|");
    for (let round = 0; round < 3_000; round++) {
      const source = alternatives(2);
      const text = Array.from({ length: random.whole(0, 6) }, () => pick(["a", "b", "c", " "])).join("");
      expect({ source, text, fits: told(source, text) }).toEqual({
        source,
        text,
        fits: new RegExp(source).test(text),
      });
    }
  });
});

const A = "a".repeat(5_000);

test.each([
  // each takes RegExp seconds, and then the wrong answer where the right one is yes
  ["(a+)+$", `${A}!`, false],
  ["(a+)+!$", `${A}!`, true],
  ["([a-zA-Z]+)*$x", `${A}!`, false],
  ["(.*a){20}x", `${A}!`, false],
  ["^(\\S+ ?)+!$|keep:me", `${"--option-name=some/longer/value ".repeat(40)}keep:me`, true],
  ["(a|a)*(a|aa)+b$|keep", `${A}keep`, true],
  ["a?".repeat(30) + "a".repeat(30), "a".repeat(30), true],
  [".*.*.*.*x$|keep", `${A}keep`, true],
  ["a.*b.*c.*d.*e|keep", `${"abcd".repeat(1_000)}keep`, true],
])("%j is told of a hostile command line", (source, text, expected) => {
  expect(fits(source, text)).toBe(expected);
});

test("what cannot be told in time is neither yes nor no", () => {
  expect(fits("^(?=(a+)+$)", `${A}!`)).toBeNull();
  expect(fits("(a+)+\\1$", `${A}!`)).toBeNull();
});

test.each([
  ["keep:me", { ways: 1, power: 0 }],
  ["^bun (?:run )?(dev|start)\\b", { ways: 4, power: 0 }],
  ["vite.*--host", { ways: 1, power: 1 }],
  [".*a.*b", { ways: 1, power: 2 }],
  ["(a+)+", { ways: 1, power: Infinity }],
  ["(?:ab){3}", { ways: 1, power: 0 }],
] as const)("the cost of %j", (source, cost) => {
  expect(costOf(parsePattern(source))).toEqual(cost);
});

test.each([
  ["^(?!test).*server", true],
  ["(a+)+$", true],
  ["^(?!.*test).*server", false],
  ["(a+)+\\1", false],
  ["(\\w+)-\\1", false],
  ["(?:(?:a+){99}){99}", false],
])("a configuration may say %j: %p", (source, expected) => {
  expect(isAlwaysTold(source)).toBe(expected);
});
