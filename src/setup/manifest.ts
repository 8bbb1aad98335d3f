/**
 * What setup found before its first change of each file: how uninstall gives every byte back. It lies in the account's
 * state directory and is believed only whole: what a clone brings is no record of ours.
 */
import { isAbsolute, normalize } from "node:path";
import { readBelieved } from "../trust/open.ts";
import { type Bounds, outside } from "./bounds.ts";
import type { Text } from "./drafts.ts";
import { wholeText } from "./files.ts";
import { isRecord, parsedJson } from "../text/json.ts";
import { orElse } from "../text/system-error.ts";

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

export const digest = (text: string): string => new Bun.CryptoHasher("sha256").update(text).digest("hex");

const EMPTY: Manifest = { schemaVersion: 1, files: [], directories: [] };

const isPath = (value: unknown): value is string =>
  typeof value === "string" && isAbsolute(value) && normalize(value) === value && !value.includes("\0");

const hasKeys = <Key extends string>(value: unknown, keys: readonly Key[]): value is Record<Key, unknown> =>
  isRecord(value) &&
  Object.keys(value).length === keys.length &&
  keys.every((key) => Object.hasOwn(value, key));

const isOriginal = (value: unknown): value is Original =>
  hasKeys(value, ["path", "before", "after"]) &&
  isPath(value.path) &&
  (value.before === null || typeof value.before === "string") &&
  typeof value.after === "string" &&
  /^[0-9a-f]{64}$/u.test(value.after);

const isManifest = (value: unknown): value is Manifest =>
  hasKeys(value, ["schemaVersion", "files", "directories"]) &&
  value.schemaVersion === 1 &&
  Array.isArray(value.files) &&
  value.files.every(isOriginal) &&
  Array.isArray(value.directories) &&
  value.directories.every(isPath);

/** null: not as we write them, or about files that are not the project's. */
export function parseManifest(text: string, bounds: Bounds): Manifest | null {
  const value = parsedJson(text);
  if (!isManifest(value)) return null;
  const paths = [...value.files.map(({ path }) => path), ...value.directories];
  return paths.every((path) => outside(path, bounds) === null) ? value : null;
}

/** `doubt`: why there is none to go by, in a sentence; null = there is none, or it is a good one. */
interface Known {
  readonly manifest: Manifest;
  readonly doubt: string | null;
}

/** `path`: of the record; null where none is kept. Throws UntrustedError for another account's. */
export function readManifest(path: string | null, bounds: Bounds): Known {
  if (path === null) return { manifest: EMPTY, doubt: null };
  const text = orElse(null, () => readBelieved(path), "ENOENT", "ENOTDIR");
  if (text === null) return { manifest: EMPTY, doubt: null };
  const manifest = parseManifest(text, bounds);
  return manifest === null
    ? { manifest: EMPTY, doubt: `${path} is no record that setup wrote for this project, and is not used.` }
    : { manifest, doubt: null };
}

export const recordChange = (path: string, manifest: Manifest): Text => ({
  path,
  before: wholeText(path),
  after: `${JSON.stringify(manifest, null, 2)}\n`,
  mode: 0o600,
});
