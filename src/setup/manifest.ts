/**
 * What setup found before its first change of each file: how uninstall gives every byte back. It lies in the account's
 * state directory and is believed only whole: what a clone brings is no record of ours.
 */
import * as v from "valibot";
import { isAbsolute, normalize } from "node:path";
import { readBelieved } from "../trust/open.ts";
import { type Bounds, outside } from "./bounds.ts";
import type { Text } from "./drafts.ts";

export interface Manifest {
  readonly schemaVersion: 1;
  readonly files: readonly Original[];
  /** Directories that were made, outermost first. */
  readonly directories: readonly string[];
}

export interface Original {
  /** Absolute. */
  readonly path: string;
  /** The text before us; null = there was no file. */
  readonly before: string | null;
  /** SHA-256 of the text as we left it: with any other, somebody has been there since. */
  readonly after: string;
}

export const digest = (text: string): string => new Bun.CryptoHasher("sha256").update(text).digest("hex");

const EMPTY: Manifest = { schemaVersion: 1, files: [], directories: [] };

const absolutePath = v.pipe(
  v.string(),
  v.check((path) => isAbsolute(path) && normalize(path) === path && !path.includes("\0")),
);
const manifestSchema = v.strictObject({
  schemaVersion: v.literal(1),
  files: v.array(
    v.strictObject({
      path: absolutePath,
      before: v.nullable(v.string()),
      after: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/u)),
    }),
  ),
  directories: v.array(absolutePath),
});

/** null: not as we write them, or about files that are not the project's. */
export function parseManifest(text: string, bounds: Bounds): Manifest | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const parsed = v.safeParse(manifestSchema, value);
  if (!parsed.success) return null;
  const { files, directories } = parsed.output;
  const paths = [...files.map(({ path }) => path), ...directories];
  return paths.every((path) => outside(path, bounds) === null) ? parsed.output : null;
}

/** `doubt`: why there is none to go by, in a sentence; null = there is none, or it is a good one. */
export interface Known {
  readonly manifest: Manifest;
  readonly doubt: string | null;
}

/** `path`: of the record; null where none is kept. Throws UntrustedError for another account's. */
export function readManifest(path: string | null, bounds: Bounds): Known {
  if (path === null) return { manifest: EMPTY, doubt: null };
  let text: string;
  try {
    text = readBelieved(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && ["ENOENT", "ENOTDIR"].includes(String(error.code)))
      return { manifest: EMPTY, doubt: null };
    throw error;
  }
  const manifest = parseManifest(text, bounds);
  return manifest === null
    ? { manifest: EMPTY, doubt: `${path} is no record that setup wrote for this project, and is not used.` }
    : { manifest, doubt: null };
}

export const manifestText = (path: string, manifest: Manifest): Text => ({
  path,
  text: `${JSON.stringify(manifest, null, 2)}\n`,
  mode: 0o600,
});
