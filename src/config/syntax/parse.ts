/** Text to a checked layer of settings. Reading the file is elsewhere: hostile text needs no file. */
import { decodeText } from "./decode.ts";
import type { Path, TextFault } from "./document.ts";
import { type ConfigFormat, plainJson, readDocument } from "./read-document.ts";
import { printablePath } from "../schema/printable.ts";
import { configProblem } from "../schema/problem.ts";
import { overreach } from "../privilege.ts";
import { descend } from "../../text/json.ts";
import type { ValuePlace } from "../schema/place.ts";
import { type Validated, validate } from "../schema/validate.ts";

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

/** Null = the parser that knows positions is to say it: no plain JSON, or something is wrong. */
function quickJson(text: string, source: string, unprivilegedOf: string | null): Validated | null {
  const plain = plainJson(text);
  if (plain === null) return null;
  const result = judge(plain.value, unprivilegedOf, { source, prefix: [], locate: null });
  return result.ok ? result : null;
}

const refused = (faults: readonly TextFault[], source: string): Validated => ({
  ok: false,
  problems: faults.map(({ code, path, at, message, allowed }) =>
    configProblem(code, source, { at, key: printablePath(path), message, allowed }),
  ),
});
