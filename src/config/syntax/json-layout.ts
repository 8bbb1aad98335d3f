/** How the members of an object are written: their lines, blanks and colons, so that one more of them looks the same. */
import { type Node, parseTree } from "jsonc-parser";

interface Layout {
  readonly eol: string;
  /** Each member has a line of its own. */
  readonly isLined: boolean;
  /** Of the line in which the object begins, of its members, and what one level adds. */
  readonly outer: string;
  readonly indent: string;
  readonly unit: string;
  /** Inside of the braces of an object in one line. */
  readonly padding: string;
  /** What stands before and after the comma between two members. */
  readonly gap: readonly [string, string];
  /** The colon with its blanks, behind a key of so many characters. */
  readonly colon: (keyLength: number) => string;
}

/** The same text, with blanks in the place of comments. Not for what has strings in it. */
export const withoutComments = (text: string): string =>
  text.replaceAll(/\/\*[^]*?\*\/|\/\/[^\n\r]*/gu, (comment) => comment.replaceAll(/[^\n\r]/gu, " "));

const BREAK = /\r\n|\n|\r/u;

export function layoutOf(text: string, object: Node): Layout {
  const members = object.children ?? [];
  const [first, last] = [members[0], members.at(-1)];
  const own = text.slice(object.offset, object.offset + object.length);
  const eol = (BREAK.exec(own) ?? BREAK.exec(text))?.[0] ?? "\n";
  const outer = indentAt(text, object.offset);
  const isLined =
    first === undefined ? isBroken(text, object) : BREAK.test(text.slice(object.offset, last?.offset));
  const found = last === undefined || !isLined ? null : indentAt(text, last.offset);
  const step = found !== null && found.length > outer.length ? found.slice(outer.length) : null;
  const unit = step ?? /^([ \t]+)\S/mu.exec(text)?.[1] ?? "  ";
  const colons = members.length > 0 ? members : (parseTree(text)?.children ?? []);
  const colon = colonOf(text, colons);
  const padding = /^\{([ \t]*)\S/u.exec(own)?.[1] ?? "";
  const indent = found ?? outer + unit;
  const spaced = padding !== "" || /\s$/u.test(colon(0)) ? " " : "";
  const gap = gapOf(text, object, isLined ? eol + indent : spaced);
  return { eol, isLined, outer, indent, unit, padding: first === undefined ? "" : padding, gap, colon };
}

/** Of an empty object: its own text, or that of what it stands in. */
function isBroken(text: string, object: Node): boolean {
  const around = object.parent?.parent ?? object;
  return BREAK.test(
    text.slice(around.offset, object === around ? around.offset + around.length : object.offset),
  );
}

const indentAt = (text: string, at: number): string =>
  /^[ \t]*/u.exec(
    text.slice(Math.max(text.lastIndexOf("\n", at - 1), text.lastIndexOf("\r", at - 1)) + 1, at),
  )?.[0] ?? "";

/** As between the last two members; blank lines and comments are not for one more. */
function gapOf(text: string, { children = [] }: Node, usual: string): readonly [string, string] {
  const [one, two] = children.slice(-2);
  if (one === undefined || two === undefined) return ["", usual];
  const between = text.slice(one.offset + one.length, two.offset);
  if (withoutComments(between) !== between) return ["", usual];
  const [lead = "", follow = ""] = between
    .replace(/(?:\r\n|\n|\r)(?:[ \t]*(?:\r\n|\n|\r))+/u, (breaks) => BREAK.exec(breaks)?.[0] ?? "")
    .split(",");
  return [BREAK.test(lead) ? lead : "", follow];
}

/** Aligned colons, or values, stay in their column as long as the key leaves room. */
function colonOf(text: string, members: readonly Node[]): (keyLength: number) => string {
  const seen = members.flatMap(({ children: [key, value] = [] }) => {
    if (key === undefined || value === undefined) return [];
    const blanks = /^([ \t]*):([ \t]*)$/u.exec(text.slice(key.offset + key.length, value.offset));
    return blanks === null ? [] : [{ length: key.length, before: blanks[1] ?? "", after: blanks[2] ?? "" }];
  });
  if (seen.length === 0) return () => ": ";
  const before = seen.map((each) => ({ length: each.length, blank: each.before }));
  const after = seen.map((each) => ({ length: each.length + each.before.length, blank: each.after }));
  return (length) => `${blankIn(before, length)}:${blankIn(after, length)}`;
}

/** `length`: of what stands before it. */
function blankIn(
  seen: readonly { readonly length: number; readonly blank: string }[],
  length: number,
): string {
  const usual = seen.at(-1)?.blank ?? "";
  const [width, ...others] = seen.map((each) => each.length + each.blank.length);
  const isAligned = seen.some(({ blank }) => blank !== usual) && others.every((each) => each === width);
  if (!isAligned) return usual;
  const least = Math.min(...seen.map(({ blank }) => blank.length));
  return " ".repeat(Math.max(least, (width ?? 0) - length));
}

/** `"key": value` as a member of that object; objects in it are in lines where it is. */
export function memberText(layout: Layout, key: string, value: unknown, indent = layout.indent): string {
  const name = JSON.stringify(key);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const colon = layout.colon(name.length);
  if (!isObject) return name + colon + JSON.stringify(value);
  const inner = indent + layout.unit;
  const [before, between, after] = layout.isLined
    ? [layout.eol + inner, `,${layout.eol}${inner}`, layout.eol + indent]
    : [layout.padding, `,${layout.gap[1]}`, layout.padding];
  const plain = { ...layout, colon: (): string => (/^\s*:\s/u.test(colon) ? ": " : ":") };
  const members = Object.entries(value).map(([each, its]) => memberText(plain, each, its, inner));
  return `${name}${colon}{${before}${members.join(between)}${after}}`;
}
