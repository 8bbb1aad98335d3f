/** What the page's server says. A line that is not known says nothing: a newer server may say more. */
import { isObject, parsedJson } from "../../text/json.ts";
import type { ServerLine } from "../../wire/programs.ts";

export function parseServerLine(text: string): ServerLine | null {
  const line = parsedJson(text);
  if (!isObject(line)) return null;
  const { type, ask, force } = line;
  return type === "collect" && typeof ask === "number" && typeof force === "boolean"
    ? { type, ask, force }
    : null;
}
