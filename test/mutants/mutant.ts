/** The list: small wrong changes to the rooms that the promises hang on, each of which some test has to notice. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";

const Mutant = v.strictObject({
  id: v.string(),
  /** Relative to the repository. */
  file: v.string(),
  /** Stands exactly once in the file. */
  find: v.string(),
  replace: v.string(),
  /** What is wrong afterwards. */
  breaks: v.string(),
  /** Parts of paths of the tests that should notice, before those of the file's room (see.ts). */
  seenBy: v.optional(v.array(v.string())),
  /** Why no test can notice: the change makes no difference, or none that can be produced here. */
  equal: v.optional(v.string()),
});
export type Mutant = v.InferOutput<typeof Mutant>;

export const readMutants = (): readonly Mutant[] =>
  v.parse(v.array(Mutant), JSON.parse(readFileSync(join(import.meta.dir, "mutants.json"), "utf8")));

/** The file's text with the mutation; null when the text to find does not stand there exactly once. */
export function mutate(text: string, { find, replace }: Pick<Mutant, "find" | "replace">): string | null {
  const at = text.indexOf(find);
  if (at === -1 || text.includes(find, at + 1)) return null;
  return text.slice(0, at) + replace + text.slice(at + find.length);
}
