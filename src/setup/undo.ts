/** What an edit did to a text, as data that the record keeps: it alone decides what is taken out of the text again. */
import { jsonValue, withJsonValue } from "../config/syntax/json-edit.ts";
import { readJson } from "../config/syntax/json-text.ts";
import { isObject } from "../text/json.ts";
import { withoutBlock } from "./block.ts";
import { SetupRefusal } from "./refusal.ts";

export type Undo =
  /** There was no file. `text`: what stays of it without its other parts. */
  | { readonly kind: "made"; readonly text: string }
  | { readonly kind: "line"; readonly text: string }
  /** `call`: the command in it, which a hook manager may have copied. */
  | { readonly kind: "block"; readonly name: string; readonly call?: string }
  | ValueUndo;

interface ValueUndo {
  readonly kind: "value";
  readonly place: readonly string[];
  /** undefined = it was not there. */
  readonly before?: unknown;
  readonly after: unknown;
  /** So many names of `place`, from the first, led to something that was there. */
  readonly known: number;
  /** The value is a command line, and this our part of it. */
  readonly call?: string;
}

/** The same part of a file has the same key, whatever it said before. */
export const keyOf = (undo: Undo): string => {
  switch (undo.kind) {
    case "made":
      return "made";
    case "line":
      return `line ${undo.text}`;
    case "block":
      return `block ${undo.name}`;
    case "value":
      return `value ${JSON.stringify(undo.place)}`;
  }
};

export const keysOf = (undos: readonly Undo[]): ReadonlySet<string> => new Set(undos.map(keyOf));

/**
 * Puts `value` at `place`, and tells how to take it out. A value that stays leaves the text alone, to the letter.
 * @throws SetupRefusal where something on the way to `place` is no object
 */
export function putValue(
  file: string,
  text: string,
  place: readonly string[],
  value: unknown,
  call?: string,
): { readonly text: string; readonly undo: readonly Undo[] } {
  const before = jsonValue(text, place);
  if (before === value) return { text, undo: [] };
  const known = place.findIndex((_, at) => jsonValue(text, place.slice(0, at + 1)) === undefined);
  const undo: Undo = {
    kind: "value",
    place,
    after: value,
    known: known === -1 ? place.length : known,
    ...(before === undefined ? {} : { before }),
    ...(call === undefined ? {} : { call }),
  };
  const next = withJsonValue(text, place, value);
  if (next !== null) return { text: next, undo: [undo] };
  throw new SetupRefusal(
    `${file} has no place for "${place.join(".")}": what should hold it is no object. It stays as it is. Mend it and run setup again.`,
  );
}

/** The text without these parts, the last one first; null = nothing of anybody else's is left. @throws SetupRefusal */
export const undone = (text: string, undos: readonly Undo[]): string | null =>
  undos.reduceRight<string | null>((now, undo) => (now === null ? null : takenOut(now, undo)), text);

function takenOut(text: string, undo: Undo): string | null {
  switch (undo.kind) {
    case "made":
      return text === undo.text ? null : text;
    case "line":
      return withoutLine(text, undo.text);
    case "block":
      return withoutCopy(withoutBlock(text, undo.name), undo.call);
    case "value":
      return withoutValue(text, undo);
  }
}

function withoutLine(text: string, line: string): string {
  const lines = text.split(/(?<=\n)/u);
  const at = lines.findLastIndex((each) => each.trim() === line);
  return at === -1 ? text : lines.toSpliced(at, 1).join("");
}

const withoutCopy = (text: string, call: string | undefined): string =>
  call === undefined ? text : withoutCall(withoutLine(text, call), call);

const withoutCall = (text: string, call: string): string =>
  text.replace(`${call}; `, "").replace(`; ${call}`, "");

function withoutValue(text: string, undo: ValueUndo): string {
  const { place, before, after, call } = undo;
  const present = jsonValue(text, place);
  if (present === undefined) return text;
  if (isSame(present, after)) return withValue(text, undo, before);
  if (call === undefined || typeof present !== "string" || !present.includes(call)) return text;
  const rest = withoutCall(present, call);
  return withValue(text, undo, rest === call ? undefined : rest);
}

function withValue(text: string, { place, known }: ValueUndo, value: unknown): string {
  // an editor of values makes nonsense of what is no JSON
  if (!isJson(text))
    throw new SetupRefusal(
      `"${place.join(".")}" cannot be taken out of a file that is no JSON. Mend it and run this again.`,
    );
  let now = withJsonValue(text, place, value) ?? text;
  if (value !== undefined) return now;
  for (let length = place.length - 1; length > known; length--) {
    const above = place.slice(0, length);
    if (isEmpty(jsonValue(now, above))) now = withJsonValue(now, above, undefined) ?? now;
  }
  return now;
}

/** Keys that are given twice make no nonsense: the last one counts. */
export function isJson(text: string): boolean {
  const document = readJson(text.replace(/^\uFEFF/u, ""));
  return document.ok || document.faults.every(({ code }) => code === "duplicate-key");
}

const isEmpty = (value: unknown): boolean => isObject(value) && Object.keys(value).length === 0;

const isSame = (one: unknown, other: unknown): boolean => Bun.deepEquals(one, other, true);

/** What a second setup did comes to what the first one did: of a value, the text before the first counts. */
export function oneAfterOther(known: readonly Undo[], fresh: readonly Undo[]): readonly Undo[] {
  const all = [...known];
  for (const undo of fresh) {
    const at = all.findIndex((each) => keyOf(each) === keyOf(undo));
    const old = all[at];
    if (old === undefined) all.push(undo);
    else if (old.kind === "value" && undo.kind === "value" && isSame(undo.before, old.after))
      all[at] = { ...old, after: undo.after };
    else all[at] = undo;
  }
  return all;
}
