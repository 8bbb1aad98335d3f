/** Where a process's script lies, links resolved: a project governs what runs its scripts, from wherever it was started. */
import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative } from "node:path";
import { bearsOurName, isOurFile } from "../core/process/ours.ts";
import { scriptOf } from "../core/process/script.ts";
import { orElse } from "../text/system-error.ts";
import { parsedJson } from "../text/json.ts";
import { readRegular } from "../trust/open.ts";

/** What else is known of a process, where the system tells. */
export interface Surroundings {
  /** The directory that it was started in, as far as anybody says so; null = nobody does, or not all the same. */
  startedIn(script: string): string | null;
  /** `path` is for us what `script` is for the process: it may have mounts, or a root directory, of its own. */
  sees(script: string, path: string): boolean;
}

const NOTHING_ELSE: Surroundings = { startedIn: () => null, sees: () => true };

/** One process's. Looked for anew only when its arguments are others: it may have changed its directory since. */
export class ScriptPlace {
  path: string | null = null;
  /** Proven to be a script of ours. */
  isOurs = false;
  #argv: readonly string[] | null = null;
  /** Where it worked when its script was found. */
  #cwd: string | null = null;
  #isRelative = false;

  look(argv: readonly string[] | null, cwd: string | null, around: Surroundings = NOTHING_ELSE): void {
    if (this.#cwd !== null && isSame(argv, this.#argv)) return;
    this.#argv = argv;
    this.#cwd = cwd;
    this.path = scriptPath(argv, cwd);
    const script = scriptOf(argv) ?? "";
    this.#isRelative = !isAbsolute(script);
    if (this.path !== null && !around.sees(script, this.path)) this.path = null;
    else if (this.path === null && cwd !== null && NAMES_A_FILE.test(script))
      this.#lookBack(argv, cwd, around);
    this.isOurs = isOurScript(argv, this.path);
  }

  /** It is no file from where the process works now: it was one from where it was started. */
  #lookBack(argv: readonly string[] | null, cwd: string, around: Surroundings): void {
    const before = around.startedIn(scriptOf(argv) ?? "");
    if (before === null || isInAnotherPackage(cwd, before)) return;
    const path = scriptPath(argv, before);
    if (path === null || !isFile(path)) return;
    this.#cwd = before;
    this.path = path;
  }

  /** The process works in `cwd` now; it was started elsewhere, and its script is named from there. */
  hasMovedTo(cwd: string | null): boolean {
    return this.#isRelative && this.path !== null && cwd !== null && cwd !== this.#cwd;
  }
}

/** A package's script or a subcommand may be called like a folder of another project. */
export const NAMES_A_FILE = /\.[cm]?[jt]sx?$/u;

/** Where it lies nowhere, nothing is proven. */
export const isOurScript = (argv: readonly string[] | null, path: string | null): boolean =>
  argv !== null && path !== null && bearsOurName(argv) && isOfOurPackage(path);

/** Then its script may have been a file of that one, and be removed by now: a deploy and a checkout do that. */
function isInAnotherPackage(cwd: string, before: string): boolean {
  for (let at = cwd; at !== "/" && !`${before}/`.startsWith(`${at}/`); at = dirname(at))
    if (["package.json", ".git"].some((name) => existsSync(join(at, name)))) return true;
  return false;
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

const isSame = (one: readonly string[] | null, other: readonly string[] | null): boolean =>
  one === other ||
  (one?.length === other?.length && one !== null && one.every((argument, at) => argument === other?.[at]));

/** null: it runs none, or what its arguments name is no file as seen from `cwd` (a package script, a package). */
export function scriptPath(argv: readonly string[] | null, cwd: string | null): string | null {
  const script = scriptOf(argv);
  if (script === null || script === "" || script.includes("\0")) return null;
  if (!isAbsolute(script) && cwd === null) return null;
  const path = isAbsolute(script) ? script : join(cwd ?? "/", script);
  // no such file any more, or none that we may look for; code on the command line (-e) can be longer than any path
  return orElse(isAbsolute(script) ? path : null, () => realpathSync(path));
}

/** Where a package manager puts it; a folder that merely calls itself so in its package.json is somebody's project. */
const INSTALLED = /\/node_modules\/bun-watchdog$/u;
/** bin/x, scripts/x, dist/x, src/history/store/x: the package's own file lies at most this far above. */
const MOST_FOLDERS = 5;

/**
 * Proven by where it lies, since anybody may choose a name: `script` (absolute, links resolved) is part of the package that we run from, or of one that is installed elsewhere.
 */
function isOfOurPackage(script: string): boolean {
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
