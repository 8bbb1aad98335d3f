/** Finds the project's configuration: `.kiro/bun-process-config.json` first, then the names that tools usually look for. */
import { existsSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { isRecord, parsedJson } from "../../text/json.ts";
import { orElse } from "../../text/system-error.ts";
import { entryExists } from "./directories.ts";
import type { Path } from "../syntax/document.ts";
import type { ConfigFormat } from "../syntax/parse.ts";
import { KIRO, KIRO_FILE, PACKAGE, PACKAGE_KEY, PLACES } from "./places.ts";
import { readConfigFile } from "./read.ts";

export interface ConfigFile {
  readonly path: string;
  readonly projectRoot: string;
  /** The key the settings are below. */
  readonly below: Path;
}

/** The project's file, or null. Every `.kiro` above comes before any other place. `isFollowed`: what is not is passed over. */
export function discover(
  directories: readonly string[],
  uid: number | null,
  isFollowed: (path: string) => boolean = () => true,
): ConfigFile | null {
  for (const directory of directories) {
    const path = join(directory, KIRO, KIRO_FILE);
    if (entryExists(path) && isFollowed(path)) return { path, projectRoot: directory, below: [] };
  }
  for (const directory of directories) {
    const paths = PLACES.map((place) => join(directory, place));
    const path = paths.find((each) => isCandidate(each, uid, isFollowed));
    if (path !== undefined) return namedConfigFile(path);
  }
  return null;
}

/** Files that look like configurations and are passed over for `found`: in its directory and below, towards cwd. */
export function passedOver(found: ConfigFile, directories: readonly string[]): string[] {
  const near = directories.slice(0, directories.indexOf(found.projectRoot) + 1);
  const names = PLACES.filter((place) => place !== PACKAGE);
  const paths = near.flatMap((directory) => names.map((name) => join(directory, name)));
  return paths.filter((path) => path !== found.path && entryExists(path));
}

/** It has a name and a place under which discovery would find it. */
export const isAtItsPlace = (path: string): boolean =>
  PLACES.includes(basename(path)) || (basename(path) === KIRO_FILE && basename(dirname(path)) === KIRO);

/** `--config <file>`. */
export function namedConfigFile(path: string): ConfigFile {
  const directory = dirname(resolve(path));
  const inKiro = basename(directory) === KIRO;
  const below = basename(path) === PACKAGE ? [PACKAGE_KEY] : [];
  return { path: resolve(path), projectRoot: inKiro ? dirname(directory) : directory, below };
}

/**
 * There, and followed; package.json only where it configures us.
 * @throws ConfigError for one of our own files that cannot be read; package.json is not ours, it is passed over.
 */
function isCandidate(path: string, uid: number | null, isFollowed: (path: string) => boolean): boolean {
  if (basename(path) === PACKAGE) return existsSync(path) && configuresUs(path) && isFollowed(path);
  if (!entryExists(path) || !isFollowed(path)) return false;
  readConfigFile(path, uid);
  return true;
}

/** It has our key. One that says our name and does not parse is ours to complain about. */
function configuresUs(path: string): boolean {
  const bytes = orElse(null, () => Buffer.from(readConfigFile(path, null).bytes), "CONFIG");
  // most packages do not: this spares them the parser
  if (bytes === null || !bytes.includes(`"${PACKAGE_KEY}"`)) return false;
  const value = parsedJson(bytes.toString());
  return value === null || (isRecord(value) && Object.hasOwn(value, PACKAGE_KEY));
}

/** A file without extension may be either; JSON begins with a brace, and YAML knows no // comments. */
export function formatOf(path: string, bytes: Uint8Array): ConfigFormat {
  const extension = extname(path);
  if (extension === ".yaml" || extension === ".yml") return "yaml";
  if (extension !== "") return "json";
  const start = new TextDecoder().decode(bytes.subarray(0, 1_000)).trimStart();
  return start === "" || /^[{[/]/u.test(start) ? "json" : "yaml";
}
