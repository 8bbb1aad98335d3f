/** Where something can be put into YAML text without touching the rest: the library would write all of it anew. */
import { isCollection, isMap, isNode, parseDocument } from "yaml";

export interface YamlPlace {
  readonly kind: "map" | "sequence";
  /** Offset of the beginning of the line of the first entry. */
  readonly offset: number;
  readonly indent: number;
}

/**
 * The place at the head of the collection at `path`. "absent": there is none. "elsewhere": it is there and cannot be
 * added to line by line (written in flow style, empty, an alias, or the text is not YAML).
 */
export function yamlPlace(text: string, path: readonly string[]): YamlPlace | "absent" | "elsewhere" {
  const document = parseDocument(text, { uniqueKeys: false, prettyErrors: false });
  if (document.errors.length > 0) return "elsewhere";
  const node = document.getIn(path, true);
  if (node === undefined) return "absent";
  if (!isCollection(node) || node.flow === true) return "elsewhere";
  const first = node.items[0];
  const start = isMap(node) ? node.items[0]?.key : first;
  const at = isNode(start) ? start.range?.[0] : undefined;
  if (at === undefined) return "elsewhere";
  const offset = text.lastIndexOf("\n", at - 1) + 1;
  const kind = isMap(node) ? "map" : "sequence";
  // an item's dash stands before it
  const indent = kind === "map" ? at - offset : text.slice(offset).search(/\S/u);
  return /^\s*(?:-\s*)?$/u.test(text.slice(offset, at)) ? { kind, offset, indent } : "elsewhere";
}
