/** Takes everything back: byte for byte where nobody has been since, else our part alone. */
import { entryExists } from "../config/directories.ts";
import { readdirSync, rmdirSync, rmSync } from "node:fs";
import { isAsLeft, withoutPart } from "./apply.ts";
import type { Edit } from "./edit.ts";
import { modeOf, readText, removeNeighbour, writeText } from "./files.ts";
import { manifestPath, readManifest } from "./manifest.ts";
import type { Change } from "./plan.ts";
import type { Project } from "./project.ts";

/** `edits`: everything that setup may ever have done here. A clone without the record loses our parts all the same. */
export function planUninstall(project: Project, edits: readonly Edit[]): readonly Change[] {
  const { files } = readManifest(project);
  const paths = new Set([...files.map(({ path }) => path), ...edits.map(({ path }) => path)]);
  return [...paths].flatMap((path) => {
    const before = readText(path);
    if (before === null) return [];
    const own = edits.filter((edit) => edit.path === path);
    const original = files.find((file) => file.path === path);
    const after =
      original !== undefined && isAsLeft(original)
        ? original.before
        : own.reduceRight<string | null>((text, edit) => withoutPart(text, edit), before);
    const what = own.map((edit) => edit.what);
    return after === before ? [] : [{ path, before, after, mode: modeOf(path) ?? 0o644, what }];
  });
}

export function applyUninstall(project: Project, changes: readonly Change[], edits: readonly Edit[]): void {
  const { directories } = readManifest(project);
  for (const { path } of edits) removeNeighbour(path);
  removeNeighbour(manifestPath(project));
  for (const { path, after, mode } of changes) {
    if (after === null) rmSync(path, { force: true });
    else writeText(path, after, mode);
  }
  rmSync(manifestPath(project), { force: true });
  // innermost first; what somebody else has put something into stays
  for (const directory of directories.toReversed()) {
    if (entryExists(directory) && readdirSync(directory).length === 0) rmdirSync(directory);
  }
}
