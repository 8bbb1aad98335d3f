/** Where something can be put into YAML text without touching the rest: a library would write all of it anew. */
import { MAX_DEPTH } from "./document.ts";
import { YamlFault, yamlTree, type YamlNode } from "./yaml-tree.ts";

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
  let node = treeOf(text);
  for (const name of path) {
    if (node === "elsewhere") return node;
    if (node?.kind !== "map") return node === null || node.kind === "scalar" ? "absent" : "elsewhere";
    const entry = node.entries.find(({ key }) => key.kind === "scalar" && key.written === name);
    if (entry === undefined) return "absent";
    node = entry.value;
  }
  if (node === null || node === "elsewhere") return node ?? "absent";
  if ((node.kind !== "map" && node.kind !== "sequence") || node.isFlow) return "elsewhere";
  const at = (node.kind === "map" ? node.entries[0]?.key : node.items[0])?.start;
  if (at === undefined) return "elsewhere";
  const offset = text.lastIndexOf("\n", at - 1) + 1;
  // an item's dash stands before it
  const indent = node.kind === "map" ? at - offset : text.slice(offset).search(/\S/u);
  return /^\s*(?:-\s*)?$/u.test(text.slice(offset, at)) ? { kind: node.kind, offset, indent } : "elsewhere";
}

function treeOf(text: string): YamlNode | null | "elsewhere" {
  try {
    return yamlTree(text, MAX_DEPTH);
  } catch (error) {
    if (error instanceof YamlFault) return "elsewhere";
    throw error;
  }
}
