/** The project that setup is run in: its root, its manifest, and its git repository. */
import { join } from "node:path";
import type { Bounds } from "./bounds.ts";
import { jsonValue } from "../config/syntax/json-edit.ts";
import type { Path } from "../config/syntax/document.ts";
import { readJson } from "../config/syntax/json-text.ts";
import { peek } from "./files.ts";
import { type Git, readGit } from "./git.ts";
import { projectRoot } from "./root.ts";
import { CommandError } from "../text/errors.ts";
import { isObject } from "../text/json.ts";

export interface ProjectFolder {
  /** Where package.json is; of a workspace its root. Real path. */
  readonly root: string;
  readonly manifest: string;
  /** This is bun-watchdog's own repository. */
  readonly isOurs: boolean;
  readonly git: Git | null;
}

/**
 * `hasRecord`: given where something is to be taken back; whatever package.json says by now, there may be.
 * @throws CommandError where no package.json is found upward from `cwd`, or what it says has no place for scripts.
 */
export function findProject(cwd: string, hasRecord?: (directory: string) => boolean): ProjectFolder {
  const root = projectRoot(cwd, hasRecord ?? (() => false));
  if (root === null)
    throw new CommandError(
      `There is no package.json in ${cwd} or above it. Run this in a project, or: bun init`,
    );
  const manifest = peek(join(root, "package.json"));
  const wrong = hasRecord === undefined ? oddity(manifest) : null;
  if (wrong !== null)
    throw new CommandError(`${join(root, "package.json")}: ${wrong}. Mend it and run setup again.`);
  return { root, manifest, isOurs: jsonValue(manifest, ["name"]) === "bun-watchdog", git: readGit(root) };
}

/** Says what keeps scripts from being put into it; null = nothing. An empty file is one to begin with. */
function oddity(manifest: string): string | null {
  if (manifest.trim() === "") return null;
  const document = readJson(manifest.replace(/^\uFEFF/, ""));
  if (!document.ok) {
    const fault = document.faults.find(({ code, path }) => code !== "duplicate-key" || isOurs(path));
    // a neighbour that is given twice is npm's business, and stays so: the last one counts
    if (fault === undefined) return null;
    const what = fault.path.length > 0 ? `"${fault.path.join(".")}" ` : "";
    return `line ${fault.at.line}: ${what}${fault.message}`;
  }
  const { value } = document;
  if (!isObject(value)) return `it holds ${kindOf(value)}, not an object`;
  const scripts = jsonValue(manifest, ["scripts"]);
  if (scripts === undefined || isObject(scripts)) return null;
  return `"scripts" is ${kindOf(scripts)}, not an object`;
}

const isOurs = ([first, second]: Path): boolean =>
  first === "scripts" && (second === undefined || String(second).startsWith("bun:"));

const kindOf = (value: unknown): string => {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
};

/** Lists what setup may touch: the project, its repository, and what somebody named. */
export const boundsOf = ({ root, git }: ProjectFolder, named: readonly string[]): Bounds => ({
  within: [root, ...(git === null ? [] : [git.top, ...(git.common === null ? [] : [git.common])])],
  named,
});

/** A package.json that says how hooks are managed: the project's, and the one at the top of its repository. */
export interface PackageFile {
  readonly directory: string;
  readonly text: string;
}

export const packagesOf = ({ root, manifest }: ProjectFolder, { top }: Git): readonly PackageFile[] => [
  { directory: root, text: manifest },
  ...(top === root ? [] : [{ directory: top, text: peek(join(top, "package.json")) }]),
];

const KINDS = ["dependencies", "devDependencies", "optionalDependencies"];

export const hasDependency = ({ text }: Pick<PackageFile, "text">, name: string): boolean =>
  KINDS.some((kind) => jsonValue(text, [kind, name]) !== undefined);

/** The first number of the version that is asked for, or else of what is installed; null = it is no dependency. */
export function versionOf({ directory, text }: PackageFile, name: string): number | null {
  if (!hasDependency({ text }, name)) return null;
  const installed = jsonValue(peek(join(directory, "node_modules", name, "package.json")), ["version"]);
  const asked = KINDS.map((kind) => jsonValue(text, [kind, name])).find((each) => each !== undefined);
  const [digits] = /\d+/u.exec([asked, installed].filter((each) => typeof each === "string").join(" ")) ?? [];
  return digits === undefined ? Number.POSITIVE_INFINITY : Number(digits);
}
