/** Walks the schema beside a value: which keys are known where, and what would be allowed. */
import type { Path } from "../syntax/document.ts";
import { allowedBy } from "./leaf.ts";
import { child } from "../../text/json.ts";

import type * as v from "valibot";

type Schema = v.GenericSchema;

/** The parts of valibot's schemas that lead further down. They are public properties, typed per schema kind. */
interface Parts {
  readonly type: string;
  readonly wrapped?: Schema;
  readonly entries?: Readonly<Record<string, Schema>>;
  readonly item?: Schema;
  readonly options?: readonly Schema[];
}

// GenericSchema hides what the concrete kinds have; every field is optional and checked where it is used.
const parts = (schema: Schema): Parts => schema;

/** Without optional, nullable and, for a union, the option of the value's own type. */
function bare(schema: Schema, value: unknown): Schema {
  const { wrapped, type, options } = parts(schema);
  if (wrapped !== undefined) return bare(wrapped, value);
  if (type !== "union" || options === undefined) return schema;
  const wanted = typeof value === "object" && value !== null ? "strict_object" : typeof value;
  const option = options.find((each) => parts(each).type === wanted);
  return option === undefined ? schema : bare(option, value);
}

const nullable = (schema: Schema): boolean => {
  const { type, wrapped } = parts(schema);
  return type === "nullable" || (wrapped !== undefined && nullable(wrapped));
};

const knownKeys = (schema: Schema, value: unknown): readonly string[] | null => {
  const { entries } = parts(bare(schema, value));
  return entries === undefined ? null : Object.keys(entries);
};

const step = (schema: Schema, value: unknown, key: string | number): Schema | null => {
  const { entries, item } = parts(bare(schema, value));
  if (typeof key === "number") return item ?? null;
  return entries !== undefined && Object.hasOwn(entries, key) ? (entries[key] ?? null) : null;
};

function schemaAt(root: Schema, value: unknown, path: Path): Schema | null {
  let schema: Schema | null = root;
  let at = value;
  for (const key of path) {
    if (schema === null) return null;
    schema = step(schema, at, key);
    at = child(at, key);
  }
  return schema;
}

/** Says what is allowed at this place for such a value, as half a sentence; null: nothing is known about it. */
export const allowedAt = (root: Schema, whole: unknown, path: Path, value: unknown): string | null => {
  const schema = schemaAt(root, whole, path);
  if (schema === null) return null;
  // The union's own sentence names both forms; its option's would name one.
  let own: Schema = schema;
  for (let { wrapped } = parts(own); wrapped !== undefined; { wrapped } = parts(own)) own = wrapped;
  const allowed = allowedBy(own) ?? allowedBy(bare(schema, value));
  return allowed !== null && nullable(schema) ? `${allowed}, or null to switch it off` : allowed;
};

export interface StrayObject {
  readonly path: Path;
  readonly kind: "unknown-key" | "list-for-object";
  readonly known: readonly string[];
}

/**
 * Every key nobody knows, and every list where an object belongs. Own work because valibot stops at an object's
 * first unknown key, and takes a list for an object without keys.
 */
export function strays(schema: Schema, value: unknown, path: Path = []): StrayObject[] {
  const known = knownKeys(schema, value);
  if (Array.isArray(value)) {
    if (known !== null) return [{ path, kind: "list-for-object", known }];
    const { item } = parts(bare(schema, value));
    return item === undefined ? [] : value.flatMap((each, index) => strays(item, each, [...path, index]));
  }
  if (known === null || typeof value !== "object" || value === null) return [];
  return Object.keys(value).flatMap((key) => {
    const next = step(schema, value, key);
    if (next === null) return [{ path: [...path, key], kind: "unknown-key" as const, known }];
    return strays(next, child(value, key), [...path, key]);
  });
}
