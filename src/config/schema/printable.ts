/** Values and lines from hostile files, made safe to print: one line, no control or bidirectional characters. */

import { UNPRINTABLE } from "../../text/mask.ts";
import { maskedLine } from "./secrets.ts";

/** Enough to recognise a value; a message is one line. */
const VALUE_LENGTH = 60;

const escape = (character: string): string => {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  return hex.length <= 4 ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`;
};

const shorten = (text: string, length: number): string => {
  // A megabyte must not be split into code points to show sixty of them.
  const points = Array.from(text.slice(0, 2 * length + 2));
  return points.length <= length ? text : `${points.slice(0, length - 1).join("")}…`;
};

/** Text as itself, unprintable characters as \uXXXX, at most `length` characters of the original. */
export const shownValue = (text: string, length: number = VALUE_LENGTH): string =>
  shorten(text, length).replace(UNPRINTABLE, escape);

/** Text of the same length in characters, for lines a mark is put under. */
export const sameWidth = (text: string): string => text.replaceAll("\t", " ").replace(UNPRINTABLE, "·");

/** A value as it would be written in the file, shortened: `"80%"`, `{ 3 keys }`, `[ 2 entries ]`. */
export const printableValue = (value: unknown): string => {
  if (typeof value === "string") {
    const short = maskedLine(shorten(value, VALUE_LENGTH));
    return JSON.stringify(short).replace(UNPRINTABLE, escape);
  }
  if (Array.isArray(value)) return value.length === 1 ? "[ 1 entry ]" : `[ ${value.length} entries ]`;
  if (typeof value === "object" && value !== null) {
    const count = Object.keys(value).length;
    return count === 1 ? "{ 1 key }" : `{ ${count} keys }`;
  }
  return shownValue(String(value));
};

/** `rules[0].match.command`; keys that are not plain words are quoted. */
export const printablePath = (path: readonly (string | number)[]): string =>
  path
    .map((part, index) => {
      if (typeof part === "number") return `[${part}]`;
      const plain = /^[\w$-]{1,60}$/u.test(part) ? part : printableValue(part);
      return index === 0 ? plain : `.${plain}`;
    })
    .join("");
