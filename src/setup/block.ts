/** A block of lines between two marks, in files whose comments begin with "#". */

const NAME = "bun-watchdog";
const opening = (indent: string): string => `${indent}# >>> ${NAME} >>>`;
const closing = (indent: string): string => `${indent}# <<< ${NAME} <<<`;

/** With the line breaks around it that it was put in with. */
const BLOCK = new RegExp(`^[ \\t]*# >>> ${NAME} >>>\\r?\\n[^]*?^[ \\t]*# <<< ${NAME} <<<(?:\\r?\\n|$)`, "mu");

export const hasBlock = (text: string): boolean => BLOCK.test(text);

export const block = (lines: readonly string[], indent = "", eol = "\n"): string =>
  [opening(indent), ...lines.map((line) => indent + line), closing(indent)]
    .map((line) => line + eol)
    .join("");

/** `text` with the block at `offset`, the beginning of a line; a block that is there already is brought up to date. */
export function withBlock(text: string, offset: number, lines: readonly string[], indent = ""): string {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const whole = block(lines, indent, eol);
  if (hasBlock(text)) return text.replace(BLOCK, () => whole);
  const before = text.slice(0, offset);
  // a last line without an end gets one: two lines must not become one
  const gap = before === "" || before.endsWith("\n") ? "" : eol;
  return before + gap + whole + text.slice(offset);
}

export const withoutBlock = (text: string): string => text.replace(BLOCK, "");
