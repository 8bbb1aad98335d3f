/** From the nodes of a YAML document to plain values, remembering where each stood. */
import { type Node, isAlias, isMap, isNode, isScalar, isSeq, type YAMLMap } from "yaml";
import { MAX_DEPTH, type Path, type TextFault, TOO_DEEP } from "./document.ts";
import { type Position, positionAt } from "./position.ts";

interface Place {
  readonly key: Node | null;
  readonly value: Node;
}

/** One walk over one document. Aliases are refused: settings are short, and aliases multiply. */
export class YamlWalk {
  readonly faults: TextFault[] = [];
  readonly #text: string;
  /** By JSON of the path. */
  readonly #places = new Map<string, Place>();

  constructor(text: string) {
    this.#text = text;
  }

  value(node: unknown, key: Node | null, path: Path): unknown {
    // A key without a value (`rules:`) has no node: the key stands for it.
    if (!isNode(node)) {
      if (key !== null) this.#places.set(JSON.stringify(path), { key, value: key });
      return null;
    }
    this.#places.set(JSON.stringify(path), { key, value: node });
    if (path.length > MAX_DEPTH) return this.#refuse("too-deep", path, node, TOO_DEEP);
    if (isAlias(node))
      return this.#refuse("syntax", path, node, "is an alias (*name), which settings may not use");
    if (isSeq(node)) return node.items.map((item, index) => this.value(item, null, [...path, index]));
    if (isMap(node)) return this.#object(node, path);
    return isScalar(node) ? node.value : null;
  }

  #object(map: YAMLMap, path: Path): unknown {
    const object: Record<string, unknown> = Object.create(null);
    for (const { key, value } of map.items) {
      if (!isScalar(key)) {
        this.#refuse("syntax", path, isNode(key) ? key : map, "a key must be a plain word");
        continue;
      }
      const name = String(key.value);
      if (name in object) this.#refuse("duplicate-key", [...path, name], key, "is given twice");
      object[name] = this.value(value, key, [...path, name]);
    }
    return object;
  }

  #refuse(code: TextFault["code"], path: Path, node: Node, message: string): null {
    this.faults.push({ code, path, at: this.#position(node), message, allowed: null });
    return null;
  }

  /** Where the key or the value at a path stands; of the nearest parent that exists when it does not. */
  locate(path: Path, part: "key" | "value"): Position {
    for (let length = path.length; length >= 0; length--) {
      const place = this.#places.get(JSON.stringify(path.slice(0, length)));
      if (place === undefined) continue;
      if (length < path.length) return positionAt(this.#text, place.value.range?.[0] ?? 0);
      return this.#position(part === "key" ? (place.key ?? place.value) : place.value);
    }
    return positionAt(this.#text, 0);
  }

  #position(node: Node): Position {
    const [start, end] = node.range ?? [0, 1];
    return positionAt(this.#text, start, end - start);
  }
}
