/** Which directories are searched, and what counts as the project. */
import { lstatSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { directoriesUp } from "./places.ts";

export { userFile } from "./places.ts";

const codeOf = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;

/**
 * Is there an entry of this name, of whatever kind? What is there and broken (a link loop, an unreadable directory that
 * we can see) counts: skipping it silently would run without the user's limits.
 */
export function entryExists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    switch (codeOf(error)) {
      case "ENOTDIR":
      case "ENAMETOOLONG":
        return false;
      case "EACCES":
        return dirname(path) !== path && visible(dirname(path));
      case "ELOOP":
        return true;
      default:
        throw error;
    }
  }
}

const visible = (path: string): boolean => {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
};

export const searchDirectories = (cwd: string, home: string): string[] =>
  directoriesUp(cwd, home, entryExists);

/** Without a configuration file: the repository's root, else the nearest package, else `cwd`. */
export function projectRootOf(directories: readonly string[]): string {
  const last = directories.at(-1);
  if (last !== undefined && entryExists(join(last, ".git"))) return last;
  return directories.find((each) => entryExists(join(each, "package.json"))) ?? directories[0] ?? "/";
}

/** With its links resolved; as it is where that cannot be told. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error) return path;
    throw error;
  }
}
