import { describe, expect, test } from "bun:test";
import { decodeKeys, giveUp, type Key } from "../../../src/live/keys.ts";

const ESC = "\u001B";
const said = (keys: readonly Key[]): readonly string[] =>
  keys.map((key) => ("name" in key ? `<${key.name}>` : "text" in key ? key.text : `paste:${key.pasted}`));

describe("a chunk", () => {
  test.each<[string, readonly string[]]>([
    ["x", ["x"]],
    ["äß漢🚀", ["ä", "ß", "漢", "🚀"]],
    [`${ESC}[A${ESC}[B`, ["<up>", "<down>"]],
    [`${ESC}OA${ESC}OB`, ["<up>", "<down>"]],
    [
      `${ESC}[5~${ESC}[6~${ESC}[1~${ESC}[4~${ESC}[H${ESC}[F`,
      ["<page-up>", "<page-down>", "<home>", "<end>", "<home>", "<end>"],
    ],
    ["\r\n\u007F\b", ["<enter>", "<enter>", "<backspace>", "<backspace>"]],
    ["\u0003\u0004\u001A\u000C", ["<interrupt>", "<interrupt>", "<suspend>", "<redraw>"]],
    ["\u0000\u0001\t", []],
    [`${ESC}[1;5C${ESC}[15~${ESC}[<0;3;4M${ESC}[?62;1cq`, ["q"]],
    // Escape and the next key may come within one read
    [`${ESC}x`, ["<escape>", "x"]],
    [`${ESC}?`, ["<escape>", "?"]],
    [`${ESC}${ESC}[A`, ["<escape>", "<up>"]],
    [`${ESC}[200~x\ry${ESC}[201~n`, ["paste:x\ry", "n"]],
  ])("%j", (chunk, keys) =>
    expect({ keys: said(decodeKeys(chunk).keys), rest: decodeKeys(chunk).rest }).toEqual({
      keys: [...keys],
      rest: "",
    }),
  );
});

describe("a sequence in pieces", () => {
  test.each([`${ESC}[A`, `${ESC}OB`, `${ESC}[5~`, `${ESC}[200~pasted${ESC}[201~`, `a${ESC}[Fb`])(
    "%j is the same wherever it is cut",
    (whole) => {
      for (let at = 1; at < whole.length; at++) {
        const first = decodeKeys(whole.slice(0, at));
        const second = decodeKeys(first.rest + whole.slice(at));
        expect([...said(first.keys), ...said(second.keys)]).toEqual([...said(decodeKeys(whole).keys)]);
        expect(second.rest).toBe("");
      }
    },
  );

  test("whose end does not come: an escape alone is a key, half a sequence is nothing", () => {
    expect(said(giveUp(ESC))).toEqual(["<escape>"]);
    expect(giveUp(`${ESC}[`)).toEqual([]);
  });

  test("a paste without an end is not kept for ever", () =>
    expect(decodeKeys(`${ESC}[200~${"x".repeat(5_000)}`).rest).toBe(""));
});
