/** Changes single values in JSON text and leaves the rest of it, down to the last blank, as it was. */
import { applyEdits, findNodeAtLocation, getNodeValue, modify, type Node, parseTree } from "jsonc-parser";
import type { Path } from "./document.ts";

/** The value at `path`; undefined where there is none, or the text is no JSON. */
export function jsonValue(text: string, path: Path): unknown {
  const node = nodeAt(text, path);
  return node === undefined ? undefined : getNodeValue(node);
}

/** `text` with `value` at `path`, objects on the way made as needed; undefined removes it. Key order stays. */
export function withJsonValue(text: string, path: Path, value: unknown): string {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const indent = /^([ \t]+)\S/mu.exec(text)?.[1] ?? "  ";
  const formattingOptions = { insertSpaces: !indent.startsWith("\t"), tabSize: indent.length, eol };
  const edits = modify(text, [...path], value, isWrittenInOneLine(text, path) ? {} : { formattingOptions });
  return applyEdits(text, edits);
}

/** What surrounds the place has members and no line breaks: its writer wants it so. */
function isWrittenInOneLine(text: string, path: Path): boolean {
  for (let length = path.length - 1; length >= 0; length--) {
    const node = nodeAt(text, path.slice(0, length));
    if (node === undefined) continue;
    const own = text.slice(node.offset, node.offset + node.length);
    return !/[\r\n]/u.test(own) && (length === 0 || (node.children ?? []).length > 0);
  }
  return false;
}

const nodeAt = (text: string, path: Path): Node | undefined => {
  const tree = parseTree(text);
  return tree === undefined ? undefined : findNodeAtLocation(tree, [...path]);
};
