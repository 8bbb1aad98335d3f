/** Changes single values in JSON text and leaves the rest of it, down to the last blank, as it was. */
import { getNodeValue, type Node, parseTree } from "jsonc-parser";
import type { Path } from "./document.ts";
import { layoutOf, memberText, withoutComments } from "./json-layout.ts";

/** The value at `path`; undefined where there is none, or the text is no JSON. Of keys given twice the last one counts. */
export function jsonValue(text: string, path: Path): unknown {
  const node = nodeAt(parseTree(text), path);
  return node === undefined ? undefined : getNodeValue(node);
}

/**
 * `text` with `value` at `path`, objects on the way made as needed; undefined removes it. Key order stays, and what is new is
 * written as its neighbours are. null: something on the way is no object.
 */
export function withJsonValue(text: string, path: Path, value: unknown): string | null {
  const root = parseTree(text);
  const present = nodeAt(root, path);
  if (value === undefined) return present === undefined ? text : without(text, present);
  if (present !== undefined) return splice(text, present.offset, endOf(present), JSON.stringify(value));
  for (let length = path.length - 1; length >= 0; length--) {
    const node = nodeAt(root, path.slice(0, length));
    if (node === undefined) continue;
    if (node.type !== "object") return null;
    const [key, ...rest] = path.slice(length).map(String);
    return withMember(text, node, key ?? "", nested(rest, value));
  }
  return null;
}

const nested = (path: readonly string[], value: unknown): unknown =>
  path.reduceRight((inner, key) => ({ [key]: inner }), value);

/** As JSON.parse reads it. */
function nodeAt(root: Node | undefined, path: Path): Node | undefined {
  let at = root;
  for (const step of path) {
    const { type, children = [] } = at ?? {};
    at =
      type === "object"
        ? children.findLast(({ children: [key] = [] }) => key?.value === String(step))?.children?.[1]
        : type === "array"
          ? children[Number(step)]
          : undefined;
  }
  return at;
}

const endOf = ({ offset, length }: Pick<Node, "offset" | "length">): number => offset + length;

const splice = (text: string, from: number, to: number, by: string): string =>
  text.slice(0, from) + by + text.slice(to);

/** Blanks and comments that stand behind something in its line. */
const REST_OF_LINE = /^(?:[ \t]*\/\*[^\n\r]*?\*\/)*(?:[ \t]*\/\/[^\n\r]*)?/u;

const lineEnd = (text: string, at: number): number =>
  at + (REST_OF_LINE.exec(text.slice(at))?.[0].length ?? 0);

/** Where the comma stands in `from` to `to`; -1 = there is none. */
const commaIn = (text: string, from: number, to: number): number => {
  const at = withoutComments(text.slice(from, to)).indexOf(",");
  return at === -1 ? -1 : from + at;
};

/** `text` with one more member at the end of `object`. */
function withMember(text: string, object: Node, key: string, value: unknown): string {
  const layout = layoutOf(text, object);
  const member = memberText(layout, key, value);
  const last = object.children?.at(-1);
  if (last === undefined) {
    const [open, close] = [object.offset + 1, endOf(object) - 1];
    const inside = text.slice(open, close).trimEnd();
    const [before, after] = layout.isLined
      ? [layout.eol + layout.indent, layout.eol + layout.outer]
      : [layout.padding, layout.padding];
    return splice(text, open, close, inside + before + member + after);
  }
  const end = endOf(last);
  const trailing = commaIn(text, end, endOf(object) - 1);
  const [lead, follow] = layout.gap;
  if (trailing !== -1) return inserted(text, lineEnd(text, trailing + 1), `${follow}${member},`);
  const at = lineEnd(text, end);
  if (lead !== "") return inserted(text, at, `${lead},${follow}${member}`);
  const isAfterComment = /\/\//u.test(withoutBlocks(text.slice(end, at)));
  const gap = isAfterComment && !/[\n\r]/u.test(follow) ? layout.eol + layout.indent : follow;
  return inserted(inserted(text, at, gap + member), end, ",");
}

const withoutBlocks = (text: string): string => text.replaceAll(/\/\*[^]*?\*\//gu, "");

const inserted = (text: string, at: number, what: string): string => splice(text, at, at, what);

/** The way back: `text` without the member that has this value, and without the comma that it needed. */
function without(text: string, value: Node): string {
  const member = value.parent;
  const object = member?.parent;
  if (member === undefined || object === undefined) return text;
  const members = object.children ?? [];
  const index = members.indexOf(member);
  const [before, after] = [members[index - 1], members[index + 1]];
  const [start, end] = [member.offset, endOf(member)];
  if (after !== undefined) return removed(text, start, after.offset, commaIn(text, end, after.offset) + 1);
  const trailing = commaIn(text, end, endOf(object) - 1);
  if (before === undefined)
    return removed(text, object.offset + 1, endOf(object) - 1, trailing === -1 ? end : trailing + 1, start);
  const between = text.slice(endOf(before), start);
  if (withoutComments(between) === between) return splice(text, endOf(before), end, "");
  const blank = start - (between.length - between.trimEnd().length);
  if (trailing !== -1) return splice(text, blank, trailing + 1, "");
  const comma = commaIn(text, endOf(before), start);
  return splice(splice(text, blank, end, ""), comma, comma + 1, "");
}

/** Without what stands between the two places; where that has comments, without `member` to `end` alone. */
function removed(text: string, from: number, to: number, end: number, member = from): string {
  const whole = text.slice(from, member) + text.slice(end, to);
  return withoutComments(whole) === whole ? splice(text, from, to, "") : splice(text, member, end, "");
}
