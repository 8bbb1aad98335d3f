/** From edits to changes of files: nothing is written here, so a dry run shows exactly what would be. */
import type { Bounds } from "./bounds.ts";
import { textWithin } from "./files.ts";
import type { Edit } from "./edit.ts";
import { SetupRefusal } from "./refusal.ts";
import { requireReplaceable } from "./targets.ts";
import type { Undo } from "./undo.ts";

export interface Change {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly mode: number;
  readonly what: readonly string[];
}

/** A file that our edits were planned for, changed by them or not. */
export interface Visit {
  readonly path: string;
  readonly before: string | null;
  readonly after: string;
  readonly undo: readonly Undo[];
}

export interface SetupPlan {
  readonly visits: readonly Visit[];
  readonly changes: readonly Change[];
  readonly unchanged: readonly string[];
  /** Files that stay as they are, and what ours would say in their place. */
  readonly standing: readonly Change[];
  /** What could not be done, and what to do about it. */
  readonly refused: readonly string[];
}

const FILE_MODE = 0o644;

/** Edits of one file are applied one after the other; one that refuses leaves the others be. */
export function planEdits(edits: readonly Edit[], bounds: Bounds): SetupPlan {
  const visits: Visit[] = [];
  const changes: Change[] = [];
  const unchanged: string[] = [];
  const standing: Change[] = [];
  const refused: string[] = [];
  for (const [path, own] of Map.groupBy(edits, (edit) => edit.path)) {
    const before = attempt(() => textWithin(path, bounds), refused);
    if (before === undefined) continue;
    let after = before;
    const what: string[] = [];
    const undo: Undo[] = [];
    for (const edit of own) {
      const next = attempt(() => edit.add(after), refused);
      if (next === undefined || next.text === after) continue;
      after = next.text;
      undo.push(...next.undo);
      what.push(edit.what);
    }
    const isChanged = after !== before && (before !== null || after !== "");
    if (isChanged) changes.push({ path, before, after, mode: own[0]?.mode ?? FILE_MODE, what });
    else {
      unchanged.push(path);
      const ours = own[0]?.ours ?? after;
      if (ours !== after) standing.push({ path, before, after: ours, mode: FILE_MODE, what: [] });
    }
    if (after !== null && (isChanged || before !== null)) visits.push({ path, before, after, undo });
  }
  requireReplaceable(changes.map(({ path }) => path));
  return { visits, changes, unchanged, standing, refused };
}

/** undefined: refused, and said. */
export function attempt<T>(act: () => T, refused: string[]): T | undefined {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof SetupRefusal)) throw error;
    refused.push(error.message);
    return undefined;
  }
}
