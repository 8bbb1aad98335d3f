/** Which directories are searched, and what counts as the project. */
import { lstatSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { codeOf, orElse } from "../../text/system-error.ts";
import { directoriesUp } from "./places.ts";

export { userFile } from "./places.ts";

/**
 * Is there an entry of this name, of whatever kind? What is there and broken (a loop of links, a mount whose server is gone,
 * an unreadable directory that we can see) counts: to skip it in silence would be to run without somebody's limits.
 */
export function entryExists(path: string): boolean {
  try {
    return isThere(path);
  } catch (error) {
    switch (codeOf(error)) {
      case null:
        throw error;
      case "ENOTDIR":
      case "ENAMETOOLONG":
        return false;
      case "EACCES":
        return dirname(path) !== path && orElse(false, () => isThere(dirname(path)));
      default:
        return true;
    }
  }
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

export const searchDirectories = (cwd: string, home: string): string[] =>
  directoriesUp(cwd, home, entryExists);

/** Without a configuration file: the repository's root, else the nearest package, else `cwd`. */
export function projectRootOf(directories: readonly string[]): string {
  const last = directories.at(-1);
  if (last !== undefined && entryExists(join(last, ".git"))) return last;
  return directories.find((each) => entryExists(join(each, "package.json"))) ?? directories[0] ?? "/";
}

/** Links are followed; null: there is nothing, or it cannot be told. */
export const kindOfFile = (path: string): "file" | "folder" | null =>
  orElse(null, () => {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat === undefined ? null : stat.isDirectory() ? "folder" : "file";
  });

export const realPath = (path: string): string => orElse(path, () => realpathSync(path));
