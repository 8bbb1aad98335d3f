/** What setup found before its first change of each file: how uninstall gives every byte back. */
import { isAbsolute, join, relative, resolve } from "node:path";
import { jsonValue } from "../config/json-edit.ts";
import { readText, writeText } from "./files.ts";
import type { Project } from "./project.ts";

export interface Manifest {
  readonly schemaVersion: 1;
  readonly files: readonly Original[];
  /** Directories that were made, outermost first. */
  readonly directories: readonly string[];
}

export interface Original {
  readonly path: string;
  /** The text before us; null = there was no file. */
  readonly before: string | null;
  /** SHA-256 of the text as we left it: with any other, somebody has been there since. */
  readonly after: string;
}

export const manifestPath = ({ root }: Pick<Project, "root">): string =>
  join(root, ".kiro", "state", "setup.json");

export const digest = (text: string): string => new Bun.CryptoHasher("sha256").update(text).digest("hex");

const EMPTY: Manifest = { schemaVersion: 1, files: [], directories: [] };

/** Replaced whole, so never half written. A file that is not ours counts as none. Paths are absolute. */
export function readManifest(project: Project): Manifest {
  const text = readText(manifestPath(project));
  if (text === null) return EMPTY;
  const value = jsonValue(text, []);
  return isManifest(value) ? withPaths(value, (path) => resolve(project.root, path)) : EMPTY;
}

const isManifest = (value: unknown): value is Manifest =>
  typeof value === "object" &&
  value !== null &&
  "schemaVersion" in value &&
  value.schemaVersion === 1 &&
  "files" in value &&
  Array.isArray(value.files) &&
  "directories" in value &&
  Array.isArray(value.directories);

/** Returns the directories it had to make. */
export const writeManifest = (project: Project, manifest: Manifest): readonly string[] =>
  writeText(
    manifestPath(project),
    `${JSON.stringify(
      withPaths(manifest, (path) => stored(path, project)),
      null,
      2,
    )}\n`,
    0o600,
  );

/** Within the repository from its root: a copy of the project must not take back what belongs to the original. */
function stored(path: string, { root, git }: Project): string {
  const way = relative(git?.top ?? root, path);
  return way.startsWith("..") || isAbsolute(way) ? path : relative(root, path);
}

const withPaths = (manifest: Manifest, change: (path: string) => string): Manifest => ({
  ...manifest,
  files: manifest.files.map((file) => ({ ...file, path: change(file.path) })),
  directories: manifest.directories.map(change),
});
