/** What setup does to somebody's files, as data: planned first, shown, then written, and taken back. */

/** Our part of one file. Pure: texts in, texts out. */
export interface Edit {
  /** Absolute. */
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

/** What is to be done, and what a person should know. */
export interface Part {
  readonly edits: readonly Edit[];
  readonly notes: readonly string[];
}

export const NOTHING: Part = { edits: [], notes: [] };

export const together = (parts: readonly Part[]): Part => ({
  edits: parts.flatMap(({ edits }) => edits),
  notes: parts.flatMap(({ notes }) => notes),
});
