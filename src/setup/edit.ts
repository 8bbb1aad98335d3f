/** What setup does to somebody's files, as data: planned first, shown, then written, and taken back. */
import type { Undo } from "./undo.ts";

/** Our part of one file. Pure: texts in, texts out. */
export interface Edit {
  readonly path: string;
  /** For a person: "the package scripts". */
  readonly what: string;
  /** The text with our part in it; with it there already, the same text. null = there is no file. @throws SetupRefusal */
  readonly add: (text: string | null) => Added;
  /** What is ours beyond doubt, by its name: where there is no record, this goes. */
  readonly marks: readonly Undo[];
  /** Nobody but us makes a file of that name: one that stays is said, with what it does as long as it is there. */
  readonly ifKept?: string;
  /** What a file of our own would say where somebody's stays, and both are shown. */
  readonly ours?: string;
  /** Permissions of a file that is made; default 0644. Existing files keep theirs. */
  readonly mode?: number;
}

export interface Added {
  readonly text: string;
  /** Nothing was done where it is empty. */
  readonly undo: readonly Undo[];
}

export const asItIs = (text: string): Added => ({ text, undo: [] });

/** A file that is ours as a whole: what somebody has made of it since is theirs. `add`: of one that is there already. */
export const ownFile = (
  text: string,
  edit: Omit<Edit, "add" | "marks">,
  add: (present: string) => Added = (present) => ({ text, undo: present === text ? [] : [made(text)] }),
): Edit => ({
  ...edit,
  add: (present) => (present === null ? { text, undo: [made(text)] } : add(present)),
  marks: [made(text)],
});

export const made = (text: string): Undo => ({ kind: "made", text });

export interface Part {
  readonly edits: readonly Edit[];
  readonly notes: readonly string[];
}

export const NOTHING: Part = { edits: [], notes: [] };

export const together = (parts: readonly Part[]): Part => ({
  edits: parts.flatMap(({ edits }) => edits),
  notes: parts.flatMap(({ notes }) => notes),
});
