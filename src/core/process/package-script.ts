/** What `bun run dev` is about to start, where the package's script says it in one plain command of Bun's. */
import { isRecord, parsedJson } from "../../text/json.ts";
import { scriptOf } from "./script.ts";

/** Anything that a shell would make more of than words. */
const NOT_PLAIN = /[&|;<>()`$"'\\*?#\n]/u;
const ASSIGNMENT = /^[A-Za-z_]\w*=/u;

/** `manifest`: the text of package.json. null: no such script, or one that only a shell can tell about. */
export function packageScript(argv: readonly string[], manifest: string): readonly string[] | null {
  const name = scriptOf(argv);
  const { scripts } = record(parsedJson(manifest));
  const text = name === null || !Object.hasOwn(record(scripts), name) ? null : record(scripts)[name];
  if (typeof text !== "string" || NOT_PLAIN.test(text)) return null;
  const words = text.trim().split(/\s+/u);
  const [program, ...args] = words.slice(words.findIndex((word) => !ASSIGNMENT.test(word)));
  return program === "bun" ? [program, ...args] : null;
}

const record = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {});
