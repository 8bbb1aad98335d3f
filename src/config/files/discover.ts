/** Finds the project's configuration: `.kiro/bun-process-config.json` first, then what cosmiconfig looks for. */
import { existsSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { orElse } from "../../text/system-error.ts";
import { entryExists } from "./directories.ts";
import type { Path } from "../syntax/document.ts";
import type { ConfigFormat } from "../syntax/read-document.ts";
import { KIRO, KIRO_FILE, PACKAGE, PACKAGE_KEY, PLACES } from "./places.ts";
import { readConfigFile } from "./read.ts";

export interface ConfigFile {
  readonly path: string;
  readonly projectRoot: string;
  readonly below: Path;
}

/** The project's file, or null. Every `.kiro` above comes before any other place. `isFollowed`: what is not is passed over. */
export async function discover(
  directories: readonly string[],
  uid: number | null,
  isFollowed: (path: string) => boolean = () => true,
): Promise<ConfigFile | null> {
  for (const directory of directories) {
    const path = join(directory, KIRO, KIRO_FILE);
    if (entryExists(path) && isFollowed(path)) return { path, projectRoot: directory, below: [] };
  }
  for (const directory of directories) {
    const places = PLACES.filter((place) => isCandidate(join(directory, place), uid, isFollowed));
    if (places.length === 0) continue;
    const { search } = await import("./search.ts");
    const path = await search(directory, places);
    if (path !== null) return namedConfigFile(path);
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

export function namedConfigFile(path: string): ConfigFile {
  const directory = dirname(resolve(path));
  const inKiro = basename(directory) === KIRO;
  const below = basename(path) === PACKAGE ? [PACKAGE_KEY] : [];
  return { path: resolve(path), projectRoot: inKiro ? dirname(directory) : directory, below };
}

/**
 * There, and safe to be read by a library that would wait on a FIFO and skip what it may not read.
 * @throws ConfigError for one of our own files that cannot be read; package.json is not ours, it is passed over.
 */
function isCandidate(path: string, uid: number | null, isFollowed: (path: string) => boolean): boolean {
  if (basename(path) === PACKAGE) return existsSync(path) && namesUs(path) && isFollowed(path);
  if (!entryExists(path) || !isFollowed(path)) return false;
  readConfigFile(path, uid);
  return true;
}

/** Most packages do not configure us: this spares them the library (10 ms). */
const namesUs = (path: string): boolean =>
  orElse(false, () => Buffer.from(readConfigFile(path, null).bytes).includes(`"${PACKAGE_KEY}"`), "CONFIG");

/** A file without extension may be either; JSON begins with a brace, and YAML knows no // comments. */
export function formatOf(path: string, bytes: Uint8Array): ConfigFormat {
  const extension = extname(path);
  if (extension === ".yaml" || extension === ".yml") return "yaml";
  if (extension !== "") return "json";
  const start = new TextDecoder().decode(bytes.subarray(0, 1_000)).trimStart();
  return start === "" || /^[{[/]/u.test(start) ? "json" : "yaml";
}
