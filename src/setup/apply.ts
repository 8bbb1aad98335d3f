/** Carries a plan out, all of it or nothing. What was there is recorded before the first file is touched. */
import { type Bounds, outside } from "./bounds.ts";
import { makeDirectories, missingDirectories, removeDirectories, replaceAll, sweep } from "./drafts.ts";
import type { Edit } from "./edit.ts";
import { wholeText } from "./files.ts";
import { digest, type Manifest, type Original, readManifest, recordChange } from "./manifest.ts";
import type { Change, SetupPlan } from "./plan.ts";

/** `record`: path of the record; null = none can be kept. @throws SetupError */
export function applyPlan(
  record: string | null,
  plan: SetupPlan,
  edits: readonly Edit[],
  bounds: Bounds,
): void {
  const { manifest: known } = readManifest(record, bounds);
  sweep(pathsOf(known, edits, bounds));
  if (plan.changes.length === 0) return;
  const files = [...known.files];
  for (const change of plan.changes) {
    const at = files.findIndex(({ path }) => path === change.path);
    const original = originalOf(change, files[at], edits);
    if (at === -1) files.push(original);
    else files[at] = original;
  }
  const missing = missingDirectories(plan.changes.map(({ path }) => path));
  const directories = [...new Set([...known.directories, ...missing])];
  const records = record === null ? [] : [recordChange(record, { schemaVersion: 1, files, directories })];
  // the record first: what it says of a file that is not changed yet is no text of ours, and so is left alone
  replaceAll(records);
  try {
    makeDirectories(missing);
    replaceAll(plan.changes);
  } catch (error) {
    removeDirectories(missing);
    replaceAll(
      records.map(({ path, before, after, mode }) => ({ path, before: after, after: before, mode })),
    );
    throw error;
  }
}

/** Of every file that was, or will be, changed. */
export const pathsOf = ({ files }: Manifest, edits: readonly Edit[], bounds: Bounds): readonly string[] =>
  [...files, ...edits].map(({ path }) => path).filter((path) => outside(path, bounds) === null);

/** Of a file that we changed before, and nobody since, the first text counts; else the present one without our part. */
function originalOf(
  { path, before, after }: Change,
  known: Original | undefined,
  edits: readonly Edit[],
): Original {
  const now = digest(after ?? "");
  if (known === undefined) return { path, before, after: now };
  if (before !== null && digest(before) === known.after) return { path, before: known.before, after: now };
  return { path, before: withoutParts(before, path, edits), after: now };
}

export const withoutParts = (text: string | null, path: string, edits: readonly Edit[]): string | null =>
  edits
    .filter((edit) => edit.path === path)
    .reduceRight<string | null>((now, edit) => (now === null ? null : edit.remove(now)), text);

export const isAsLeft = ({ path, after }: Original): boolean => {
  const text = wholeText(path);
  return text !== null && digest(text) === after;
};
