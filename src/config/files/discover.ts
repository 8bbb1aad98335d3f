/** Finds the project's configuration: `.kiro/bun-process-config.json` first, then what cosmiconfig looks for. */
import { existsSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { isRecord, parsedJson } from "../../text/json.ts";
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

type Loader = (path: string, text: string) => unknown;

interface Explorer {
  search(from: string): Promise<{ readonly filepath: string } | null>;
}

/**
 * The loaders only say whether a file is ours: cosmiconfig's own give no positions, and follow `$import`.
 * A file that does not parse is ours to complain about.
 */
const here: Loader = (path, text) => {
  if (basename(path) !== PACKAGE) return { found: true };
  const value = parsedJson(text);
  const isOurs = value === null || (isRecord(value) && Object.hasOwn(value, PACKAGE_KEY));
  return isOurs ? { [PACKAGE_KEY]: { found: true } } : {};
};

const hasExplorer = (module: object): module is { readonly Explorer: new (options: object) => Explorer } =>
  "Explorer" in module;

async function search(directory: string, places: readonly string[]): Promise<string | null> {
  // Not cosmiconfig(): that first runs `.config/config.js` (or .ts) of the current directory to configure itself, which
  // is code of whoever wrote the checkout. Its explorer alone does not; the package does not type it.
  const module: object = await import("cosmiconfig/dist/Explorer.js");
  if (!hasExplorer(module))
    throw new Error("this release of cosmiconfig has no dist/Explorer.js: install 10.0.1");
  const explorer = new module.Explorer({
    moduleName: PACKAGE_KEY,
    searchPlaces: places,
    searchStrategy: "none",
    ignoreEmptySearchPlaces: false,
    loaders: Object.fromEntries(
      ["noExt", ".json", ".jsonc", ".yaml", ".yml"].map((extension) => [extension, here]),
    ),
    transform: <T>(result: T): T => result,
    metaConfigFilePath: null,
    cache: false,
  });
  return (await explorer.search(directory))?.filepath ?? null;
}

/** A file without extension may be either; JSON begins with a brace, and YAML knows no // comments. */
export function formatOf(path: string, bytes: Uint8Array): ConfigFormat {
  const extension = extname(path);
  if (extension === ".yaml" || extension === ".yml") return "yaml";
  if (extension !== "") return "json";
  const start = new TextDecoder().decode(bytes.subarray(0, 1_000)).trimStart();
  return start === "" || /^[{[/]/u.test(start) ? "json" : "yaml";
}
