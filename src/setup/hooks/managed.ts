import type { Edit } from "../edit.ts";

/** A manager that reads its configuration whenever its hook runs, or that writes the hook from it. */
export interface Managed {
  readonly name: string;
  readonly edits: readonly Edit[];
  readonly notes: readonly string[];
  /** The word by which its own hook is known; null = its install replaces whatever hook is there. */
  readonly mark: string | null;
}
