/** A configuration text, parsed: its value, and where each part of it stands. */
import type { Position } from "./position.ts";

export type Path = readonly (string | number)[];

/** Says why a text is no document at all. Keys are paths; who reports adds the file. */
export interface TextFault {
  readonly code: "syntax" | "too-deep" | "duplicate-key" | "encoding";
  readonly path: Path;
  readonly at: Position;
  readonly message: string;
  readonly allowed: string | null;
}

export type Document =
  | {
      readonly ok: true;
      readonly value: unknown;
      /** Where the key or the value at a path stands; of the nearest parent that exists when it does not. */
      readonly locate: (path: Path, part: "key" | "value") => Position;
    }
  | { readonly ok: false; readonly faults: readonly TextFault[] };

/** A configuration nests seven levels at most; parsers recurse, and a bomb of brackets ends their stack. */
export const MAX_DEPTH = 32;
export const TOO_DEEP = `is nested more than ${MAX_DEPTH} levels deep`;

/** A person corrects a handful at a time; the parser's later complaints follow from the first ones. */
export const MAX_FAULTS = 10;
