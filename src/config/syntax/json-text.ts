/** JSON with comments and trailing commas, with positions. jsonc-parser does the reading. */
import {
  type Node,
  type ParseError,
  createScanner,
  findNodeAtLocation,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import { type Document, MAX_DEPTH, MAX_FAULTS, type Path, type TextFault, TOO_DEEP } from "./document.ts";
import { positionAt } from "./position.ts";

// The parser's token kinds are a const enum, which isolated modules cannot use: 1 and 3 open, 2 and 4 close, 17 ends.
const OPEN = new Set([1, 3]);
const CLOSE = new Set([2, 4]);
const END = 17;

const WORDS: Readonly<Record<string, string>> = {
  InvalidSymbol: "is not a value: words go in double quotes, except true, false and null",
  InvalidNumberFormat: "is not a number",
  PropertyNameExpected: "a key in double quotes is expected here",
  ValueExpected: "a value is expected here",
  ColonExpected: "a colon is expected here",
  CommaExpected: "a comma is expected before this",
  CloseBraceExpected: "a closing } is missing",
  CloseBracketExpected: "a closing ] is missing",
  EndOfFileExpected: "nothing may follow the closing bracket",
  InvalidCommentToken: "is not a comment",
  UnexpectedEndOfComment: "the comment is not closed with */",
  UnexpectedEndOfString: 'the text is not closed with "',
  UnexpectedEndOfNumber: "the number is cut off",
  InvalidUnicode: "\\u needs four hexadecimal digits",
  InvalidEscapeCharacter: "this escape does not exist",
  InvalidCharacter: "control characters must be escaped",
};

export function readJson(text: string): Document {
  const deep = depthFault(text);
  if (deep !== null) return { ok: false, faults: [deep] };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (errors.length > 0 || root === undefined) return { ok: false, faults: syntaxFaults(text, errors) };
  const faults: TextFault[] = [];
  const value = valueOf(root, [], text, faults);
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, value, locate: (path, part) => locate(root, text, path, part) };
}

/** Counted on tokens, before the recursive parser sees the text. */
function depthFault(text: string): TextFault | null {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (let token: number = scanner.scan(); token !== END; token = scanner.scan()) {
    if (CLOSE.has(token)) depth--;
    if (!OPEN.has(token)) continue;
    if (++depth > MAX_DEPTH) {
      const at = positionAt(text, scanner.getTokenOffset());
      return { code: "too-deep", path: [], at, message: TOO_DEEP, allowed: null };
    }
  }
  return null;
}

function syntaxFaults(text: string, errors: readonly ParseError[]): TextFault[] {
  if (text.trim() === "") {
    const at = positionAt(text, 0);
    return [{ code: "syntax", path: [], at, message: "is empty", allowed: "{} at least" }];
  }
  const faults: TextFault[] = [];
  let reportedTo = -1;
  for (const { error, offset, length } of errors) {
    // One mistake makes the parser complain several times in the same line.
    if (offset <= reportedTo) continue;
    if (faults.length === MAX_FAULTS) break;
    const at = positionAt(text, offset, length);
    const newline = text.indexOf("\n", offset);
    reportedTo = newline === -1 ? text.length : newline;
    const message = WORDS[printParseErrorCode(error)] ?? "is not JSON";
    faults.push({ code: "syntax", path: [], at, message, allowed: null });
  }
  return faults;
}

/** Built here, not by the library: `__proto__` must become a key like any other, and a second key a fault. */
function valueOf(node: Node, path: Path, text: string, faults: TextFault[]): unknown {
  if (node.type === "array") {
    return (node.children ?? []).map((child, index) => valueOf(child, [...path, index], text, faults));
  }
  if (node.type !== "object") return node.value;
  const object: Record<string, unknown> = Object.create(null);
  const firsts = new Map<string, number>();
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? [];
    if (key === undefined || value === undefined) continue;
    const name = String(key.value);
    const first = firsts.get(name);
    if (first === undefined) firsts.set(name, key.offset);
    else if (faults.length < MAX_FAULTS) faults.push(duplicate([...path, name], text, key, first));
    object[name] = valueOf(value, [...path, name], text, faults);
  }
  return object;
}

function duplicate(path: Path, text: string, key: Node, firstOffset: number): TextFault {
  const at = positionAt(text, key.offset, key.length);
  const message = `is given twice, first in line ${positionAt(text, firstOffset).line}`;
  return { code: "duplicate-key", path, at, message, allowed: "each key once" };
}

function locate(root: Node, text: string, path: Path, part: "key" | "value") {
  for (let length = path.length; length >= 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    if (node === undefined) continue;
    const key = part === "key" && length === path.length ? node.parent?.children?.[0] : undefined;
    const shown = key !== undefined && node.parent?.type === "property" ? key : node;
    return positionAt(text, shown.offset, length < path.length ? 1 : shown.length);
  }
  return positionAt(text, 0);
}
