/** Text to a checked layer of settings. Reading the file is elsewhere: hostile text needs no file. */
import { decodeText } from "./decode.ts";
import type { Document, Path, TextFault } from "./document.ts";
import { printablePath } from "../schema/printable.ts";
import { configProblem } from "../schema/problem.ts";
import { overreach } from "../privilege.ts";
import { descend } from "../schema/shape.ts";
import type { ValuePlace } from "../schema/place.ts";
import { type Validated, validate } from "../schema/validate.ts";

export type ConfigFormat = "json" | "yaml";

/**
 * Checks a configuration text strictly: encoding, syntax, depth, duplicate and unknown keys, types and values.
 * Returns the settings it states (defaults not filled in), or every problem with its place. Never throws.
 * `below`: the settings are below this key of the document, `["bunWatchdog"]` in package.json. `unprivilegedOf`: set for a
 * project's file; the keys it may not set are refused, naming this home directory's file instead.
 */
export async function parseConfig(
  input: string | Uint8Array,
  source: string,
  {
    format = "json",
    below = [],
    unprivilegedOf = null,
  }: { format?: ConfigFormat; below?: Path; unprivilegedOf?: string | null } = {},
): Promise<Validated> {
  const decoded = decodeText(input);
  if (!decoded.ok) return refused([decoded.fault], source);
  const { text } = decoded;
  const quick = format === "json" && below.length === 0 ? quickJson(text, source, unprivilegedOf) : null;
  if (quick !== null) return quick;
  const document = await readDocument(text, format);
  if (!document.ok) return refused(document.faults, source);
  return judge(descend(document.value, below), unprivilegedOf, {
    source,
    prefix: below,
    locate: (path, part) => document.locate([...below, ...path], part),
  });
}

function judge(value: unknown, unprivilegedOf: string | null, place: ValuePlace): Validated {
  const result = validate(value, place);
  if (!result.ok || unprivilegedOf === null) return result;
  const problems = overreach(result.layer, place, unprivilegedOf);
  return problems.length === 0 ? result : { ok: false, problems };
}

/**
 * Plain correct JSON, the common case, without the parser that knows positions (3.6 ms to load). Null = not that:
 * comments, mistakes and duplicate keys are for the slow path.
 */
function quickJson(text: string, source: string, unprivilegedOf: string | null): Validated | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
  const result = judge(value, unprivilegedOf, { source, prefix: [], locate: null });
  return result.ok && countKeys(value) === countKeyTokens(text) ? result : null;
}

/** Only of values the schema accepted, so the depth is bounded. */
const countKeys = (value: unknown): number => {
  if (typeof value !== "object" || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce<number>((sum, each) => sum + countKeys(each), own);
};

/** In correct JSON a text followed by a colon is a key. A duplicate makes more tokens than keys. */
const countKeyTokens = (text: string): number => {
  let count = 0;
  for (const [, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/gu)) if (colon !== undefined) count++;
  return count;
};

/** A text with the places of its parts. The parser is loaded for it. */
export async function readDocument(text: string, format: ConfigFormat): Promise<Document> {
  switch (format) {
    case "json":
      return (await import("./json-text.ts")).readJson(text);
    case "yaml":
      return (await import("./yaml-text.ts")).readYaml(text);
  }
}

const refused = (faults: readonly TextFault[], source: string): Validated => ({
  ok: false,
  problems: faults.map(({ code, path, at, message, allowed }) =>
    configProblem(code, source, { at, key: printablePath(path), message, allowed }),
  ),
});
