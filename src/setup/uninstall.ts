/** Takes everything back: byte for byte where nobody has been since, else our part alone. */
import { rmSync } from "node:fs";
import { readJson } from "../config/syntax/json-text.ts";
import { isAsLeft, pathsOf, withoutParts } from "./apply.ts";
import { type Bounds, requireWithin } from "./bounds.ts";
import { removeDirectories, replaceAll, sweep } from "./drafts.ts";
import { type Edit, SetupRefusal } from "./edit.ts";
import { permissionsOf, wholeText } from "./files.ts";
import { type Manifest, type Original } from "./manifest.ts";
import type { Change } from "./plan.ts";
import { requireReplaceable } from "./targets.ts";

export interface Uninstall {
  readonly changes: readonly Change[];
  readonly refused: readonly string[];
  /** Files of ours that somebody has changed, and so stay. */
  readonly kept: readonly Kept[];
}

export interface Kept {
  readonly path: string;
  /** What it does as long as it is there: a clause. */
  readonly effect: string;
}

/** `edits`: everything that setup may ever have done here. A clone without the record loses our parts all the same. */
export function planUninstall({ files }: Manifest, edits: readonly Edit[], bounds: Bounds): Uninstall {
  const paths = new Set([...files.map(({ path }) => path), ...edits.map(({ path }) => path)]);
  const changes: Change[] = [];
  const refused: string[] = [];
  const staying: Kept[] = [];
  for (const path of paths) {
    try {
      const before = readWithin(path, bounds);
      const original = files.find((file) => file.path === path);
      if (before === null) continue;
      const after = textBefore(before, path, original, edits);
      const parts = edits.filter((edit) => edit.path === path);
      const what = parts.map((edit) => edit.what);
      const effect = parts.find(({ ifKept }) => ifKept !== undefined)?.ifKept;
      if (after !== null && effect !== undefined) staying.push({ path, effect });
      if (after === before) continue;
      const mode = permissionsOf(path) ?? 0o644;
      changes.push({ path, before, after, mode, what });
      if (original !== undefined && !isAsLeft(original) && after === original.before)
        changes.push(kept(path, before, mode));
    } catch (error) {
      if (!(error instanceof SetupRefusal)) throw error;
      // of a file that nobody says we changed, there is nothing to give back
      if (files.some((file) => file.path === path)) refused.push(error.message);
    }
  }
  requireReplaceable(changes.map(({ path }) => path));
  return { changes, refused, kept: staying };
}

/** Keeps what somebody had made of a file that is given back from the record, torn or not: nobody's work is thrown away. */
const kept = (path: string, text: string, mode: number): Change => ({
  path: `${path}.before-uninstall`,
  before: null,
  after: text,
  mode,
  what: ["what the file said"],
});

function readWithin(path: string, bounds: Bounds): string | null {
  requireWithin(path, bounds);
  return wholeText(path);
}

function textBefore(
  now: string,
  path: string,
  original: Original | undefined,
  edits: readonly Edit[],
): string | null {
  if (original !== undefined && (isAsLeft(original) || isTorn(now, original, edits))) return original.before;
  return withoutParts(now, path, edits);
}

/** Cut off by a disk that was full, here or with another program: the record knows it whole. */
function isTorn(now: string, { path, before }: Original, edits: readonly Edit[]): boolean {
  const left = edits
    .filter((edit) => edit.path === path)
    .reduce<string | null>((text, edit) => added(text, edit), before);
  const isPart = [before, left].some((whole) => whole?.startsWith(now) === true && whole !== now);
  return isPart || (path.endsWith(".json") && isJson(before) && !isJson(now));
}

const isJson = (text: string | null): boolean => text !== null && readJson(text).ok;

function added(text: string | null, edit: Edit): string | null {
  try {
    return edit.add(text);
  } catch (error) {
    if (error instanceof SetupRefusal) return text;
    throw error;
  }
}

/** @throws SetupError: then nothing has changed */
export function applyUninstall(
  record: string | null,
  manifest: Manifest,
  { changes }: Uninstall,
  edits: readonly Edit[],
  bounds: Bounds,
): void {
  replaceAll(changes);
  sweep(pathsOf(manifest, edits, bounds));
  removeDirectories(manifest.directories);
  // the record last: a KILL before leaves what the next uninstall goes by
  if (record !== null) {
    sweep([record]);
    rmSync(record, { force: true });
  }
}
