/** Carries a plan out. What was there is recorded before the first file is touched. */
import type { Edit } from "./edit.ts";
import { readText, writeText } from "./files.ts";
import { digest, type Manifest, type Original, readManifest, writeManifest } from "./manifest.ts";
import type { Change, Plan } from "./plan.ts";
import type { Project } from "./project.ts";

export function applyPlan(project: Project, plan: Plan, edits: readonly Edit[]): void {
  if (plan.changes.length === 0) return;
  const known = readManifest(project);
  const files = [...known.files];
  for (const change of plan.changes) {
    const at = files.findIndex(({ path }) => path === change.path);
    const original = originalOf(change, files[at], edits);
    if (at === -1) files.push(original);
    else files[at] = original;
  }
  const record = (directories: readonly string[]): Manifest => ({ schemaVersion: 1, files, directories });
  const made = [...known.directories, ...writeManifest(project, record(known.directories))];
  for (const { path, after, mode } of plan.changes) {
    if (after !== null) made.push(...writeText(path, after, mode));
  }
  writeManifest(project, record([...new Set(made)]));
}

/** Of a file that we changed before, and nobody since, the first text counts; else the present one without our part. */
function originalOf(
  { path, before, after }: Change,
  known: Original | undefined,
  edits: readonly Edit[],
): Original {
  const now = digest(after ?? "");
  if (known === undefined) return { path, before, after: now };
  if (before !== null && digest(before) === known.after) return { path, before: known.before, after: now };
  const own = edits.filter((edit) => edit.path === path);
  return {
    path,
    before: own.reduceRight<string | null>((text, edit) => withoutPart(text, edit), before),
    after: now,
  };
}

export const withoutPart = (text: string | null, edit: Edit): string | null =>
  text === null ? null : edit.remove(text);

/** Whether a file is as we left it. */
export const isAsLeft = ({ path, after }: Original): boolean => {
  const text = readText(path);
  return text !== null && digest(text) === after;
};
