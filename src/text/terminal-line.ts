/** A line that a program wrote, as a terminal may show it: with its colours, and nothing that moves a cursor or hides text. */
import { UNPRINTABLE } from "./mask.ts";
import { hasColours } from "./style.ts";

/** Colours and weight, "Select Graphic Rendition". */
// oxlint-disable-next-line no-control-regex -- an escape sequence begins with one
const RENDITION = /(\x1b\[[\d;:]*m)/;
const RESET = "\u001B[0m";

/** Controls become `\x1b`; tabs stay, and colours where `isColoured`: they end with the line. */
export function terminalLine(line: string, isColoured = hasColours()): string {
  const parts = (line.endsWith("\r") ? line.slice(0, -1) : line).split(RENDITION);
  const text = parts.map((part, at) => (at % 2 === 0 ? escaped(part) : isColoured ? part : ""));
  return text.join("") + (isColoured && parts.length > 1 ? RESET : "");
}

const escaped = (text: string): string =>
  text.replace(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === "\t" || isJoiner(code)) return character;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
  });

/** They take no room, and make one picture of several: 👩‍💻, ❤️. */
const isJoiner = (code: number): boolean => code === 0x20_0d || code === 0xfe_0f;
