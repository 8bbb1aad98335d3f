/** Carries a plan out, all of it or nothing. What was there is recorded before the first file is touched. */
import { isWithin } from "../core/judge/match.ts";
import { type Bounds, outside } from "./bounds.ts";
import { makeDirectories, missingDirectories, removeDirectories, replaceAll, sweep } from "./drafts.ts";
import type { Edit } from "./edit.ts";
import { type Manifest, type Original, otherManifests, readManifest, recordChange } from "./manifest.ts";
import type { SetupPlan, Visit } from "./plan.ts";
import { keysOf, oneAfterOther, undone } from "./undo.ts";

/** `record`: path of the record; null = none can be kept. @throws SetupError */
export function applyPlan(
  record: string | null,
  root: string,
  plan: SetupPlan,
  edits: readonly Edit[],
  bounds: Bounds,
): void {
  const known = readManifest(record, bounds).manifest;
  sweep([...pathsOf(known, edits, bounds), ...(record === null ? [] : [record])]);
  const neighbours = record === null ? [] : otherManifests(record);
  const others = neighbours.flatMap((other) => other.files);
  const files = new Map(known?.files.map((file) => [file.path, file]));
  const recorded = files.size;
  for (const visit of plan.visits) {
    const marks = edits.filter(({ path }) => path === visit.path).flatMap((edit) => edit.marks);
    const shared = others.filter(({ path }) => path === visit.path);
    const own = files.get(visit.path) ?? adopted(visit, shared, keysOf(marks));
    const next = originalOf(visit, own, shared);
    if (next !== null) files.set(visit.path, next);
  }
  if (plan.changes.length === 0 && files.size === recorded) return;
  const missing = missingDirectories(plan.changes.map(({ path }) => path));
  // who goes last takes a directory along that several have files in
  const shared = neighbours
    .flatMap((other) => other.directories)
    .filter((directory) => plan.changes.some(({ path }) => isWithin(path, directory)));
  const directories = [...new Set([...(known?.directories ?? []), ...shared, ...missing])];
  const manifest: Manifest = { schemaVersion: 2, root, files: [...files.values()], directories };
  const records = record === null ? [] : [recordChange(record, manifest)];
  // the record first: what it says of a file that is not changed yet is no text of ours, and so is left alone
  replaceAll(records, null);
  try {
    makeDirectories(missing, bounds);
    replaceAll(plan.changes, bounds);
  } catch (error) {
    removeDirectories(missing);
    replaceAll(
      records.map(({ path, before, after, mode }) => ({ path, before: after, after: before, mode })),
      null,
    );
    throw error;
  }
}

/** Of every file that was, or will be, changed. */
export const pathsOf = (
  manifest: Manifest | null,
  edits: readonly Edit[],
  bounds: Bounds,
): readonly string[] =>
  [...(manifest?.files ?? []), ...edits]
    .map(({ path }) => path)
    .filter((path) => outside(path, bounds) === null);

/** Our part is in it already, for another project that shares the file: from now on it is ours as well. */
function adopted(
  { path, before }: Visit,
  shared: readonly Original[],
  marks: ReadonlySet<string>,
): Original | undefined {
  const other = shared.find(({ undo }) => [...keysOf(undo)].some((key) => key !== "made" && marks.has(key)));
  if (other === undefined || before === null) return undefined;
  const first = before === other.after ? other.before : undone(before, other.undo);
  return { path, before: first, after: before, undo: other.undo };
}

/** Of a file that we changed before, and nobody since, the first text counts; else the present one without our part. */
function originalOf(
  { path, before, after, undo }: Visit,
  known: Original | undefined,
  shared: readonly Original[],
): Original | null {
  if (before === after) return known ?? null;
  if (known === undefined) {
    // who takes the last part out of a file that none of us found there takes the file
    const made = shared.flatMap((other) => other.undo).filter(({ kind }) => kind === "made");
    return { path, before, after, undo: [...made, ...undo] };
  }
  const isOurs = before === null || before === known.after;
  return {
    path,
    before: isOurs && before !== null ? known.before : before === null ? null : undone(before, known.undo),
    after,
    undo: oneAfterOther(known.undo, undo),
  };
}
