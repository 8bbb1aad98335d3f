import { expect, test } from "bun:test";
import { difference } from "../../../src/live/terminal.ts";

const ESC = "\u001B[";
const synchronized = (text: string): string => `${ESC}?2026h${text}${ESC}?2026l`;

test.each<[string, readonly string[] | null, readonly string[], string]>([
  ["nothing changed: nothing is written", ["a", "b"], ["a", "b"], ""],
  ["only the line that changed", ["a", "b", "c"], ["a", "B", "c"], synchronized(`${ESC}2;1HB${ESC}K`)],
  ["the first frame clears what was there", null, ["a"], synchronized(`${ESC}2J${ESC}1;1Ha${ESC}K`)],
  ["a full line is not erased behind itself", ["a"], ["12345678"], synchronized(`${ESC}1;1H12345678`)],
  ["wide characters count twice", ["a"], ["漢字漢字"], synchronized(`${ESC}1;1H漢字漢字`)],
  ["fewer lines than before", ["a", "b"], ["a"], synchronized(`${ESC}2;1H${ESC}K`)],
])("%s", (_, before, after, written) => expect(difference(before, after, 8)).toBe(written));
