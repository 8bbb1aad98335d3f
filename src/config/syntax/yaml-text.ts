/** YAML 1.2 with positions. The yaml package does the reading; it is loaded for YAML files alone (16 ms). */
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import { type Document, MAX_DEPTH, MAX_FAULTS, type Path, type TextFault, TOO_DEEP } from "./document.ts";
import { type Position, positionAt } from "./position.ts";

/** The library needs 11 s for a hostile megabyte and 0.2 s for this much; real settings are a hundredth of it. */
const MAX_YAML_CHARACTERS = 65_536;

const STACK = "Maximum call stack size exceeded";

export function readYaml(text: string): Document {
  const refuse = (message: string, allowed: string): Document => {
    const at = positionAt(text, 0);
    return { ok: false, faults: [{ code: "syntax", path: [], at, message, allowed }] };
  };
  if (text.length > MAX_YAML_CHARACTERS) {
    return refuse(`has ${text.length} characters of YAML`, `up to ${MAX_YAML_CHARACTERS}`);
  }
  // uniqueKeys: the library's own check is quadratic (45 s for 80,000 keys); the walk does it.
  const options = { uniqueKeys: false, prettyErrors: false, strict: true, merge: false } as const;
  const { contents, errors, warnings } = parseDocument(text, options);
  const faults = syntaxFaults(text, [...errors, ...warnings]);
  if (faults.length > 0) return { ok: false, faults };
  if (contents === null || (isScalar(contents) && contents.value === null)) {
    return refuse("is empty", "{} at least");
  }
  const walk = new YamlWalk(text);
  const value = walk.value(contents, null, []);
  if (walk.faults.length > 0) return { ok: false, faults: walk.faults.slice(0, MAX_FAULTS) };
  return { ok: true, value, locate: (path, part) => walk.locate(path, part) };
}

function syntaxFaults(text: string, errors: readonly YAMLError[]): TextFault[] {
  // The library catches its own stack overflow and reports it as a syntax error at every level.
  const deep = errors.find(({ message }) => message.includes(STACK));
  if (deep !== undefined) {
    const at = positionAt(text, deep.pos[0]);
    return [{ code: "too-deep", path: [], at, message: TOO_DEEP, allowed: null }];
  }
  return errors.slice(0, MAX_FAULTS).map(({ message, pos: [start, end] }) => ({
    code: "syntax",
    path: [],
    at: positionAt(text, start, end - start),
    message: message.split("\n", 1)[0] ?? "is not YAML",
    allowed: null,
  }));
}

/** One walk over one document. Aliases are refused: settings are short, and aliases multiply. */
class YamlWalk {
  readonly faults: TextFault[] = [];
  readonly #text: string;
  readonly #places = new Map<string, { readonly key: Node | null; readonly value: Node }>();

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
