/** Which of several files of a directory is the configuration: cosmiconfig's part. Loaded when one of them is there (10 ms). */
import { basename } from "node:path";
import { isRecord, parsedJson } from "../../text/json.ts";
import { PACKAGE, PACKAGE_KEY } from "./places.ts";

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

/** The first of `places` in the directory that is ours; null: none is. */
export async function search(directory: string, places: readonly string[]): Promise<string | null> {
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
