/** As much of JSON Schema (draft-07) as our two schemas use: what a value breaks, each with its place. */
import { isObject } from "../../src/text/json.ts";

export type Schema = Readonly<Record<string, unknown>>;

export const schemaOf = (value: unknown): Schema => (isObject(value) ? value : {});

const typeOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "array" : typeof value;

const isType = (value: unknown, type: string): boolean =>
  type === typeOf(value) || (type === "integer" && Number.isInteger(value));

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** An empty list: the value is valid. */
export function faultsOf(value: unknown, schema: Schema, root: Schema, at = "$"): readonly string[] {
  const reference = schema["$ref"];
  if (typeof reference === "string") return faultsOf(value, resolved(root, reference), root, at);
  const { type, enum: words, anyOf } = schema;
  const faults = [
    ...(type !== undefined && !listOf(type).some((each) => isType(value, String(each))) ? ["type"] : []),
    ...(words !== undefined && !listOf(words).includes(value) ? ["enum"] : []),
    ...(Array.isArray(anyOf) &&
    !anyOf.some((each: unknown) => faultsOf(value, schemaOf(each), root, at).length === 0)
      ? ["anyOf"]
      : []),
    ...bounds(value, schema),
  ].map((fault) => `${at}: ${fault}`);
  return [...faults, ...inner(value, schema, root, at)];
}

const resolved = (root: Schema, reference: string): Schema =>
  reference
    .replace(/^#\//u, "")
    .split("/")
    .reduce((found, part) => schemaOf(found[part]), root);

const measured = (value: unknown, prefix: string): number | null =>
  prefix === "Length"
    ? typeof value === "string"
      ? value.length
      : null
    : prefix === "Items"
      ? Array.isArray(value)
        ? value.length
        : null
      : typeof value === "number"
        ? value
        : null;

function bounds(value: unknown, schema: Schema): readonly string[] {
  const found = ["Length", "Items", "imum"].flatMap((ending) => {
    const size = measured(value, ending);
    const [least, most] = [
      Number(schema[`min${ending}`] ?? -Infinity),
      Number(schema[`max${ending}`] ?? Infinity),
    ];
    return size === null || (size >= least && size <= most) ? [] : [`not ${least} to ${most}`];
  });
  const { pattern } = schema;
  const isForm =
    typeof value !== "string" || typeof pattern !== "string" || new RegExp(pattern, "u").test(value);
  return isForm ? found : [...found, "pattern"];
}

function inner(value: unknown, schema: Schema, root: Schema, at: string): readonly string[] {
  if (Array.isArray(value))
    return value.flatMap((each, index) => faultsOf(each, schemaOf(schema["items"]), root, `${at}[${index}]`));
  if (!isObject(value)) return [];
  const [own, patterns] = [schemaOf(schema["properties"]), schemaOf(schema["patternProperties"])];
  const missing = listOf(schema["required"] ?? []).filter((key) => !Object.hasOwn(value, String(key)));
  const faults = Object.entries(value).flatMap(([key, each]) => {
    const byPattern = Object.entries(patterns).find(([pattern]) => new RegExp(pattern, "u").test(key))?.[1];
    const found = Object.hasOwn(own, key) ? own[key] : byPattern;
    if (found !== undefined) return faultsOf(each, schemaOf(found), root, `${at}.${key}`);
    return schema["additionalProperties"] === false ? [`${at}.${key}: is no key`] : [];
  });
  return [...missing.map((key) => `${at}: lacks ${String(key)}`), ...faults];
}

/** Every key that an object of the schema may have, by its path (`rules[].match.kind`), with its own schema. */
export function keysOf(
  schema: Schema,
  root: Schema = schema,
  path = "",
): readonly (readonly [string, Schema])[] {
  const reference = schema["$ref"];
  if (typeof reference === "string") return keysOf(resolved(root, reference), root, path);
  const own = Object.entries(schemaOf(schema["properties"])).flatMap(([key, each]) => {
    const at = path === "" ? key : `${path}.${key}`;
    const here: readonly (readonly [string, Schema])[] = [[at, schemaOf(each)]];
    return here.concat(keysOf(schemaOf(each), root, at));
  });
  const { anyOf, items } = schema;
  return [
    ...own,
    ...(Array.isArray(anyOf) ? anyOf.flatMap((each: unknown) => keysOf(schemaOf(each), root, path)) : []),
    ...(items === undefined ? [] : keysOf(schemaOf(items), root, `${path}[]`)),
  ];
}
