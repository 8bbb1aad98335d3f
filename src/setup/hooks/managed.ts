import type { Edit } from "../edit.ts";

/** A manager that reads its configuration whenever its hook runs, or that writes the hook from it. */
export interface Managed {
  readonly name: string;
  readonly edits: readonly Edit[];
  readonly notes: readonly string[];
  /** The word by which its own hook is known; null = its install replaces whatever hook is there. */
  readonly mark: string | null;
  /** Once it is installed, a hook of ours is in nobody's way: it moves that aside as soon as it writes its own. */
  readonly moves: boolean;
}
