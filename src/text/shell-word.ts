import { printable } from "./mask.ts";

const isPrintable = (text: string): boolean => printable(text, text.length) === text;

/** A word as a shell takes it for one: quoted where it has to be, and on one line whatever is in it. */
export function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/u.test(word)) return word;
  return isPrintable(word)
    ? `'${word.replaceAll("'", String.raw`'\''`)}'`
    : `$'${word.replaceAll(/./gsu, coded)}'`;
}

/** One character between `$'` and `'`. */
function coded(character: string): string {
  if (/[\\']/u.test(character)) return `\\${character}`;
  const code = character.codePointAt(0) ?? 0;
  if (isPrintable(character)) return character;
  return code < 0x80
    ? `\\x${code.toString(16).padStart(2, "0")}`
    : `\\U${code.toString(16).padStart(8, "0")}`;
}
