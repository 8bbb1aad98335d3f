/** Whether a script is part of an installation of this product, proven by where it lies: anybody may choose a name. */
import { realpathSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { parsedJson } from "../text/json.ts";
import { orElse } from "../text/system-error.ts";
import { isOurFile } from "../core/process/ours.ts";
import { readRegular } from "../trust/open.ts";

/** Where a package manager puts it; a folder that merely calls itself so in its package.json is somebody's project. */
const INSTALLED = /\/node_modules\/bun-watchdog$/u;
/** scripts/x, dist/x, src/record/history/x: the package's own file lies at most this far above. */
const MOST_FOLDERS = 5;

/** `script` is absolute, links resolved. It is part of the package that we run from, or of one that is installed elsewhere. */
export function isOfOurPackage(script: string): boolean {
  const root = rootAbove(dirname(script));
  if (root === null || !isOurFile(relative(root, script))) return false;
  return root === ownRoot() || (INSTALLED.test(root) && nameOf(root) === "bun-watchdog");
}

let own: string | null | undefined;
/** As a source, and as built: import.meta.dir is below it. */
const ownRoot = (): string | null => (own ??= rootAbove(realpathSync(import.meta.dir)));

function rootAbove(folder: string): string | null {
  let at = folder;
  for (let above = 0; above < MOST_FOLDERS; above++, at = dirname(at)) if (manifestOf(at) !== null) return at;
  return null;
}

function nameOf(root: string): unknown {
  const manifest = manifestOf(root);
  return typeof manifest === "object" && manifest !== null && "name" in manifest ? manifest.name : null;
}

/** null: no package, or nothing that can be read: then it is not ours either. */
const manifestOf = (folder: string): unknown =>
  orElse(null, () => parsedJson(readRegular(join(folder, "package.json"))));
