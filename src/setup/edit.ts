/** What setup does to somebody's files, as data: planned first, shown, then written, and taken back. */
import { jsonValue, withJsonValue } from "../config/syntax/json-edit.ts";

/** Our part of one file. Pure: texts in, texts out. */
export interface Edit {
  readonly path: string;
  /** For a person: "the package scripts". */
  readonly what: string;
  /** The text with our part in it; with it there already, the same text. null = there is no file. @throws Refusal */
  readonly add: (text: string | null) => string;
  /** The text without our part; null = nothing of anybody else's is left, the file goes. */
  readonly remove: (text: string) => string | null;
  /** Nobody but us makes a file of that name: one that stays is said, with what it does as long as it is there. */
  readonly ifKept?: string;
  /** Permissions of a file that is made; default 0644. Existing files keep theirs. */
  readonly mode?: number;
}

/** Something in the way that a person has to decide about; the rest of the setup goes on. The message says the next move. */
export class SetupRefusal extends Error {
  readonly code = "SETUP_REFUSED";
}

/** A file that is ours as a whole: what somebody has made of it since is theirs. */
export const ownFile = (text: string, edit: Omit<Edit, "add" | "remove">): Edit => ({
  ...edit,
  add: () => text,
  remove: (now) => (now === text ? null : now),
});

/** One value of a JSON file; undefined = it is not there. A value that stays leaves the text alone, to the letter. */
export const jsonEdit = (
  edit: Omit<Edit, "add" | "remove">,
  place: readonly string[],
  { add, remove }: Readonly<Record<"add" | "remove", (present: unknown) => unknown>>,
): Edit => ({
  ...edit,
  add: (text) => withChanged(edit.path, text ?? "{}", place, add),
  remove: (text) => withChanged(edit.path, text, place, remove),
});

/** @throws Refusal where something on the way to `place` is no object */
export function withChanged(
  file: string,
  text: string,
  place: readonly string[],
  change: (present: unknown) => unknown,
): string {
  const present = jsonValue(text, place);
  const next = change(present);
  if (next === present) return text;
  const changed = withJsonValue(text, place, next);
  if (changed !== null) return changed;
  throw new SetupRefusal(
    `${file} has no place for "${place.join(".")}": what should hold it is no object. It stays as it is. Mend it and run setup again.`,
  );
}

export interface Part {
  readonly edits: readonly Edit[];
  readonly notes: readonly string[];
}

export const NOTHING: Part = { edits: [], notes: [] };

export const together = (parts: readonly Part[]): Part => ({
  edits: parts.flatMap(({ edits }) => edits),
  notes: parts.flatMap(({ notes }) => notes),
});
