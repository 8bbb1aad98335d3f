/** From edits to changes of files: nothing is written here, so a dry run shows exactly what would be. */
import { type Bounds, requireWithin } from "./bounds.ts";
import { wholeText } from "./files.ts";
import { type Edit, SetupRefusal } from "./edit.ts";
import { requireReplaceable } from "./targets.ts";

export interface Change {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly mode: number;
  readonly what: readonly string[];
}

export interface SetupPlan {
  readonly changes: readonly Change[];
  readonly unchanged: readonly string[];
  /** What could not be done, and what to do about it. */
  readonly refused: readonly string[];
}

const FILE_MODE = 0o644;

/** Edits of one file are applied one after the other; one that refuses leaves the others be. */
export function planEdits(edits: readonly Edit[], bounds: Bounds): SetupPlan {
  const changes: Change[] = [];
  const unchanged: string[] = [];
  const refused: string[] = [];
  for (const [path, own] of Map.groupBy(edits, (edit) => edit.path)) {
    const before = attempt(() => {
      requireWithin(path, bounds);
      return wholeText(path);
    }, refused);
    if (before === undefined) continue;
    let after = before;
    const what: string[] = [];
    for (const edit of own) {
      const next = attempt(() => edit.add(after), refused);
      if (next === undefined || next === after) continue;
      after = next;
      what.push(edit.what);
    }
    if (after === before || (before === null && after === "")) unchanged.push(path);
    else changes.push({ path, before, after, mode: own[0]?.mode ?? FILE_MODE, what });
  }
  requireReplaceable(changes.map(({ path }) => path));
  return { changes, unchanged, refused };
}

/** undefined: refused, and said. */
function attempt<T>(act: () => T, refused: string[]): T | undefined {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof SetupRefusal)) throw error;
    refused.push(error.message);
    return undefined;
  }
}
