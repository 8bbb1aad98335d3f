/** YAML 1.2 with positions. The yaml package does the reading; it is loaded for YAML files alone (16 ms). */
import { isScalar, parseDocument } from "yaml";
import { type Document, MAX_FAULTS, type TextFault, TOO_DEEP } from "./document.ts";
import { positionAt } from "./position.ts";
import { YamlWalk } from "./yaml-value.ts";

/** The library needs 11 s for a hostile megabyte and 0.2 s for this much; real settings are a hundredth of it. */
export const MAX_YAML_CHARACTERS = 65_536;

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
  return { ok: true, parsed: { value, locate: (path, part) => walk.locate(path, part) } };
}

interface YamlError {
  readonly message: string;
  readonly pos: readonly [number, number];
}

function syntaxFaults(text: string, errors: readonly YamlError[]): TextFault[] {
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
