/** What setup found before its first change of each file: how uninstall gives every byte back. */
import { join } from "node:path";
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

/** What an interrupted write cannot have left: it is replaced whole. A file that is not ours counts as none. */
export function readManifest(project: Pick<Project, "root">): Manifest {
  const text = readText(manifestPath(project));
  if (text === null) return EMPTY;
  const value: unknown = JSON.parse(text);
  return isManifest(value) ? value : EMPTY;
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
export const writeManifest = (project: Pick<Project, "root">, manifest: Manifest): readonly string[] =>
  writeText(manifestPath(project), `${JSON.stringify(manifest, null, 2)}\n`, 0o600);
