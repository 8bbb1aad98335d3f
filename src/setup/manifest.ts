/**
 * The record of what setup did to a project: the texts before and after, and how each part is taken out again. It lies in
 * the account's state directory and is believed only whole: what a clone brings is no record of ours.
 */
import { readdirSync } from "node:fs";
import { basename, dirname, isAbsolute, join, normalize } from "node:path";
import { entryExists } from "../config/files/directories.ts";
import { UntrustedError } from "../trust/path.ts";
import { readBelieved } from "../trust/open.ts";
import { type Bounds, isNamedOnWay, isNamedWithin } from "./bounds.ts";
import { hasDraft, type Text } from "./drafts.ts";
import { wholeText } from "./files.ts";
import type { Undo } from "./undo.ts";
import { isRecord, parsedJson } from "../text/json.ts";
import { orElse } from "../text/system-error.ts";

export interface Manifest {
  readonly schemaVersion: 2;
  /** Of the project. */
  readonly root: string;
  readonly files: readonly Original[];
  /** Directories that were made, outermost first. */
  readonly directories: readonly string[];
}

export interface Original {
  readonly path: string;
  /** The text before us; null = there was no file. */
  readonly before: string | null;
  /** The text as we left it: with any other, somebody has been there since. */
  readonly after: string;
  /** What of it is ours, in the order in which it came. */
  readonly undo: readonly Undo[];
}

const isPath = (value: unknown): value is string =>
  typeof value === "string" && isAbsolute(value) && normalize(value) === value && !value.includes("\0");

const isText = (value: unknown): value is string => typeof value === "string";

const hasKeys = <Key extends string>(value: unknown, keys: readonly Key[]): value is Record<Key, unknown> =>
  isRecord(value) &&
  Object.keys(value).length === keys.length &&
  keys.every((key) => Object.hasOwn(value, key));

const isOriginal = (value: unknown): value is Original =>
  hasKeys(value, ["path", "before", "after", "undo"]) &&
  isPath(value.path) &&
  (value.before === null || isText(value.before)) &&
  isText(value.after) &&
  Array.isArray(value.undo) &&
  value.undo.every(isUndo);

function isUndo(value: unknown): value is Undo {
  if (!isRecord(value)) return false;
  switch (value["kind"]) {
    case "made":
    case "line":
      return isText(value["text"]);
    case "block":
      return isText(value["name"]) && (value["call"] === undefined || isText(value["call"]));
    case "value":
      return (
        Array.isArray(value["place"]) &&
        value["place"].length > 0 &&
        value["place"].every(isText) &&
        typeof value["known"] === "number" &&
        (value["call"] === undefined || isText(value["call"]))
      );
    default:
      return false;
  }
}

const isManifest = (value: unknown): value is Manifest =>
  hasKeys(value, ["schemaVersion", "root", "files", "directories"]) &&
  value.schemaVersion === 2 &&
  isPath(value.root) &&
  Array.isArray(value.files) &&
  value.files.every(isOriginal) &&
  Array.isArray(value.directories) &&
  value.directories.every(isPath);

/** null: not as we write them, or about files that are not the project's. */
export function parseManifest(text: string, bounds: Bounds): Manifest | null {
  const value = parsedJson(text);
  if (!isManifest(value)) return null;
  const isOurs =
    value.files.every(({ path }) => isNamedWithin(path, bounds)) &&
    value.directories.every((path) => isNamedWithin(path, bounds) || isNamedOnWay(path, bounds));
  return isOurs ? value : null;
}

/** `doubt`: why there is none to go by, in a sentence. `manifest`: null = there is none. */
interface Known {
  readonly manifest: Manifest | null;
  readonly doubt: string | null;
}

const NOTHING_YET: Manifest = { schemaVersion: 2, root: "/", files: [], directories: [] };

/** `path`: of the record; null where none is kept. Throws UntrustedError for another account's. */
export function readManifest(path: string | null, bounds: Bounds): Known {
  const text = path === null ? null : recordText(path);
  // one that was KILLed before it had its record had changed nothing yet
  if (path !== null && text === null && hasDraft(path)) return { manifest: NOTHING_YET, doubt: null };
  if (path === null || text === null) return { manifest: null, doubt: null };
  const manifest = parseManifest(text, bounds);
  const doubt =
    manifest === null ? `${path} is no record that setup wrote for this project, and is not used.` : null;
  return { manifest, doubt };
}

const recordText = (path: string): string | null =>
  orElse(null, () => readBelieved(path), "ENOENT", "ENOTDIR");

/** What this account has set up elsewhere, and has not taken back: they may share a file with this project. */
export function otherManifests(record: string): readonly Manifest[] {
  const home = dirname(dirname(record));
  const places = orElse([], () => readdirSync(home), "ENOENT", "ENOTDIR").map((name) => join(home, name));
  return places
    .map((place) => join(place, basename(record)))
    .filter((path) => path !== record)
    .map(readOther)
    .filter((manifest) => manifest !== null)
    .filter(({ root }) => entryExists(root));
}

function readOther(path: string): Manifest | null {
  try {
    const value = parsedJson(recordText(path) ?? "");
    return isManifest(value) ? value : null;
  } catch (error) {
    // another account's, in a home that is shared: it says nothing about our files
    if (error instanceof UntrustedError) return null;
    throw error;
  }
}

export const recordChange = (path: string, manifest: Manifest): Text => ({
  path,
  before: wholeText(path),
  after: `${JSON.stringify(manifest, null, 2)}\n`,
  mode: 0o600,
});
