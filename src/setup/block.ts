/** A block of lines between two marks, in files whose comments begin with "#". Two projects may have one each in the same file. */

const NAME = "bun-watchdog";

/** `below`: the project's folder in its repository, "" at the top. */
export const blockName = (below: string): string =>
  below === "" ? NAME : `${NAME} ${JSON.stringify(below)}`;

/** With the line breaks around it that it was put in with. */
const blockOf = (name: string): RegExp => {
  const [from, to] = [`>>> ${name} >>>`, `<<< ${name} <<<`].map((mark) =>
    mark.replace(/[\^$.*+?()[\]{}|]/gu, "\\$&"),
  );
  return new RegExp(`^[ \\t]*# ${from}\\r?\\n[^]*?^[ \\t]*# ${to}(?:\\r?\\n|$)`, "mu");
};

export const hasBlock = (text: string, name: string): boolean => blockOf(name).test(text);

/** Of the block that is there, else of the line before `offset`, else of the first one. */
export function lineBreakAt(text: string, offset: number, name: string): string {
  const near = blockOf(name).exec(text)?.[0] ?? text.slice(0, offset);
  const [own] = /\r?\n(?!.*\n)/su.exec(near) ?? /\r?\n/u.exec(text) ?? [];
  return own ?? "\n";
}

/** `text` with the block at `offset`, the beginning of a line; a block that is there already is brought up to date. */
export function withBlock(
  text: string,
  offset: number,
  name: string,
  lines: readonly string[],
  indent = "",
): string {
  const eol = lineBreakAt(text, offset, name);
  const whole = [`# >>> ${name} >>>`, ...lines, `# <<< ${name} <<<`]
    .map((line) => indent + line + eol)
    .join("");
  if (hasBlock(text, name)) return text.replace(blockOf(name), () => whole);
  const before = text.slice(0, offset);
  // a last line without an end gets one: two lines must not become one
  const gap = before === "" || before.endsWith("\n") ? "" : eol;
  return before + gap + whole + text.slice(offset);
}

export const withoutBlock = (text: string, name: string): string => text.replace(blockOf(name), "");
