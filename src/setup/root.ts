/** Which folder is the project that setup is run in. */
import { realpathSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { entryExists } from "../config/files/directories.ts";
import { directoriesUp } from "../config/files/places.ts";
import { jsonValue } from "../config/syntax/json-edit.ts";
import { readYaml } from "../config/syntax/yaml-text.ts";
import { child, isRecord } from "../text/json.ts";
import { peek } from "./files.ts";
import { entryOf } from "./targets.ts";
import { OTHERS_WRITE } from "../trust/accounts.ts";

/**
 * Of a member of a workspace the workspace's root; else the nearest folder with a package.json. `hasRecord`: of what is to be
 * taken back; package.json may be gone by then, or say something else of its workspace. Real path; null = there is none.
 */
export function projectRoot(cwd: string, hasRecord: (directory: string) => boolean): string | null {
  const upward = directoriesUp(resolve(cwd), "/", () => false);
  const found = upward.filter(hasOwnPackage);
  const root = workspaceOf(found) ?? found[0];
  const likely = found.length === 0 ? upward : [root, ...found].filter((each) => each !== undefined);
  const known = likely.map((each) => realpathSync(each)).find(hasRecord);
  return known ?? (root === undefined ? null : realpathSync(root));
}

/** Where everybody may make files (/tmp), a package.json of another account would make that folder the project of all below it. */
function hasOwnPackage(directory: string): boolean {
  const entry = entryOf(join(directory, "package.json"));
  if (entry === null) return false;
  const isOpenToAll = (statSync(directory).mode & OTHERS_WRITE) !== 0;
  return !isOpenToAll || entry.uid === 0 || entry.uid === process.getuid?.();
}

/** `packages`: folders with a package.json, the nearest first. What lies in a member goes with it, but for a repository. */
function workspaceOf(packages: readonly string[]): string | null {
  for (const [at, directory] of packages.entries()) {
    const root = packages.slice(at + 1).find((above) => isMember(above, directory));
    if (root !== undefined) return root;
    if (entryExists(join(directory, ".git"))) return null;
  }
  return null;
}

function isMember(root: string, directory: string): boolean {
  const patterns = patternsOf(root).map((pattern) =>
    pattern.replace(/^(!?)(?:\.\/)+/u, "$1").replace(/\/+$/u, ""),
  );
  const path = relative(root, directory);
  const fits = (pattern: string): boolean => new Bun.Glob(pattern).match(path);
  return (
    patterns.some((pattern) => !pattern.startsWith("!") && fits(pattern)) &&
    !patterns.some((pattern) => pattern.startsWith("!") && fits(pattern.slice(1)))
  );
}

function patternsOf(root: string): readonly string[] {
  const yaml = readYaml(peek(join(root, "pnpm-workspace.yaml")));
  const workspaces = jsonValue(peek(join(root, "package.json")), ["workspaces"]);
  const lists = [yaml.ok ? child(yaml.value, "packages") : [], workspaces, child(workspaces, "packages")];
  return lists
    .flatMap((list): readonly unknown[] => (isRecord(list) && Array.isArray(list) ? list : []))
    .filter((pattern) => typeof pattern === "string");
}
