/** Which directories are searched, and what counts as the project. */
import { lstatSync } from "node:fs";
import { dirname, join } from "node:path";

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

/**
 * `cwd` and the directories above it, nearest first. The walk ends at the repository's root, or at the home directory:
 * what lies above belongs to somebody else.
 */
export function searchDirectories(cwd: string, home: string): string[] {
  const found: string[] = [];
  for (let directory = cwd; ; directory = dirname(directory)) {
    found.push(directory);
    const end = directory === home || directory === dirname(directory);
    if (end || entryExists(join(directory, ".git"))) return found;
  }
}

/** Without a configuration file: the repository's root, else the nearest package, else `cwd`. */
export function projectRootOf(directories: readonly string[]): string {
  const last = directories.at(-1);
  if (last !== undefined && entryExists(join(last, ".git"))) return last;
  return directories.find((each) => entryExists(join(each, "package.json"))) ?? directories[0] ?? "/";
}

/** Where the account's own settings are. The environment has no say: they carry privileges. */
export const userFile = (home: string): string => join(home, ".config", "bun-watchdog", "config.json");
