/** The project that setup is run in: its root, its manifest, and its git repository. */
import { realpathSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { type Bounds, isOwnGit } from "./bounds.ts";
import { jsonValue } from "../config/syntax/json-edit.ts";
import type { Path } from "../config/syntax/document.ts";
import { readJson } from "../config/syntax/json-text.ts";
import { peek } from "./files.ts";
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

export interface Git {
  readonly top: string;
  /** Where git looks for hooks: core.hooksPath, or the common directory's hooks. Absolute. */
  readonly hooks: string;
  /** core.hooksPath as it is set; null = it is not. */
  readonly hooksPath: string | null;
  /** From the top to the project's root, "" when they are the same. */
  readonly below: string;
  /** What all its work trees share, where the hooks are; null = a directory that does not know this work tree. */
  readonly common: string | null;
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

export const dependsOn = ({ manifest }: ProjectFolder, name: string): boolean =>
  ["dependencies", "devDependencies", "optionalDependencies"].some(
    (kind) => jsonValue(manifest, [kind, name]) !== undefined,
  );

function readGit(root: string): Git | null {
  const top = ask(root, "rev-parse", "--show-toplevel");
  const hooks = ask(root, "rev-parse", "--git-path", "hooks");
  if (top === null || hooks === null) return null;
  const realTop = realpathSync(top);
  const own = ask(root, "rev-parse", "--absolute-git-dir");
  const common = ask(root, "rev-parse", "--git-common-dir");
  const isOwn =
    own !== null && isOwnGit(realTop, realpathSync(own), ask(root, "config", "--get", "core.worktree"));
  return {
    top: realTop,
    hooks: resolve(root, hooks),
    hooksPath: ask(root, "config", "--get", "core.hooksPath"),
    below: relative(realTop, root),
    common: isOwn && common !== null ? realpathSync(resolve(root, common)) : null,
  };
}

function ask(cwd: string, ...args: readonly string[]): string | null {
  if (Bun.which("git") === null) return null;
  // from inside a hook these would name another repository
  const { GIT_DIR: _, GIT_WORK_TREE: __, GIT_INDEX_FILE: ___, ...env } = process.env;
  const { exitCode, stdout } = Bun.spawnSync(["git", ...args], { cwd, env, stderr: "ignore" });
  const text = stdout.toString().replace(/\n$/u, "");
  return exitCode === 0 && text !== "" ? text : null;
}
