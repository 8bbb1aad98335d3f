/** YAML 1.2 with positions. */
import { type Document, MAX_DEPTH, MAX_FAULTS, type Path, type TextFault, TOO_DEEP } from "./document.ts";
import { type Position, positionAt } from "./position.ts";
import { YamlFault, yamlTree, type YamlEntry, type YamlNode } from "./yaml-tree.ts";

/** Real settings are a hundredth of it. */
const MAX_YAML_CHARACTERS = 65_536;

export function readYaml(text: string): Document {
  const refuse = (message: string, allowed: string | null, offset = 0, code: TextFault["code"] = "syntax") =>
    ({ ok: false, faults: [{ code, path: [], at: positionAt(text, offset), message, allowed }] }) as const;
  if (text.length > MAX_YAML_CHARACTERS)
    return refuse(`has ${text.length} characters of YAML`, `up to ${MAX_YAML_CHARACTERS}`);
  try {
    const root = yamlTree(text, MAX_DEPTH + 1);
    if (root === null || (root.kind === "scalar" && root.value === null))
      return refuse("is empty", "{} at least");
    const walk = new YamlWalk(text);
    const value = walk.value(root, null, []);
    if (walk.faults.length > 0) return { ok: false, faults: walk.faults.slice(0, MAX_FAULTS) };
    return { ok: true, value, locate: (path, part) => walk.locate(path, part) };
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error;
    if (error.isTooDeep) return refuse(TOO_DEEP, null, error.offset, "too-deep");
    return refuse(error.message, null, error.offset);
  }
}

/** One walk over one document. Aliases are refused: settings are short, and aliases multiply. */
class YamlWalk {
  readonly faults: TextFault[] = [];
  readonly #text: string;
  readonly #places = new Map<string, { readonly key: YamlNode | null; readonly value: YamlNode }>();

  constructor(text: string) {
    this.#text = text;
  }

  value(node: YamlNode, key: YamlNode | null, path: Path): unknown {
    this.#places.set(JSON.stringify(path), { key, value: node });
    switch (node.kind) {
      case "alias":
        return this.#refuse("syntax", path, node, "is an alias (*name), which settings may not use");
      case "sequence":
        return node.items.map((item, index) => this.value(item, null, [...path, index]));
      case "map":
        return this.#object(node.entries, path);
      case "scalar":
        return node.value;
    }
  }

  #object(entries: readonly YamlEntry[], path: Path): unknown {
    const object: Record<string, unknown> = Object.create(null);
    for (const { key, value } of entries) {
      if (key.kind !== "scalar") {
        this.#refuse("syntax", path, key, "a key must be a plain word");
        continue;
      }
      const name = key.written;
      if (name in object) this.#refuse("duplicate-key", [...path, name], key, "is given twice");
      object[name] = this.value(value, key, [...path, name]);
    }
    return object;
  }

  #refuse(code: TextFault["code"], path: Path, node: YamlNode, message: string): null {
    this.faults.push({ code, path, at: this.#position(node), message, allowed: null });
    return null;
  }

  /** Where the key or the value at a path stands; of the nearest parent that exists when it does not. */
  locate(path: Path, part: "key" | "value"): Position {
    for (let length = path.length; length >= 0; length--) {
      const place = this.#places.get(JSON.stringify(path.slice(0, length)));
      if (place === undefined) continue;
      if (length < path.length) return positionAt(this.#text, place.value.start);
      return this.#position(part === "key" ? (place.key ?? place.value) : place.value);
    }
    return positionAt(this.#text, 0);
  }

  #position = ({ start, end }: YamlNode): Position => positionAt(this.#text, start, end - start);
}
