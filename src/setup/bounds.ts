/** Which files are the project's own. A clone or an archive may hold links, and a .git that leads into somebody's other work. */
import { readlinkSync, realpathSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { entryExists } from "../config/files/directories.ts";
import { isWithin } from "../core/judge/match.ts";
import { SetupRefusal } from "./refusal.ts";
import { readRegular } from "../trust/open.ts";
import { codeOf, orElse } from "../text/system-error.ts";

export interface Bounds {
  /** Directories, as real paths: whatever really lies below them is the project's. */
  readonly within: readonly string[];
  readonly named: readonly string[];
}

/** As the kernel: then it is ELOOP (path_resolution(7)). */
const MOST_LINKS = 40;

/** Where a write to `path` would end, links followed as far as there is anything; null for links without an end. */
export function realTarget(path: string, links = 0): string | null {
  if (links > MOST_LINKS) return null;
  try {
    return realpathSync(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT" && codeOf(error) !== "ENOTDIR") {
      if (codeOf(error) === "ELOOP") return null;
      throw error;
    }
  }
  if (entryExists(path)) return realTarget(resolve(dirname(path), readlinkSync(path)), links + 1);
  const above = realTarget(dirname(path), links);
  return above === null ? null : join(above, relative(dirname(path), path));
}

const isBelow = (path: string, directory: string): boolean => path !== directory && isWithin(path, directory);

/** By its name alone: a link on the way may lead out. */
export const isNamedWithin = (path: string, { within, named }: Bounds): boolean =>
  named.includes(path) || within.some((directory) => isBelow(path, directory));

/** One that was made for a file that somebody named is ours as well. */
export const isNamedOnWay = (directory: string, { named }: Bounds): boolean =>
  named.some((path) => isBelow(path, directory));

/** Links are followed. */
export const isWithinReal = (path: string, directories: readonly string[]): boolean => {
  const real = realTarget(path);
  return real !== null && directories.some((directory) => isWithin(real, directory));
};

/** null: `path` is the project's own, or named; otherwise where it leads, in words. */
export function outside(path: string, { within, named }: Bounds): string | null {
  if (named.includes(path)) return null;
  const real = realTarget(path);
  if (real === null) return "a circle of links";
  return within.some((directory) => isBelow(real, directory)) ? null : real;
}

/** @throws SetupRefusal */
export function requireWithin(path: string, bounds: Bounds): void {
  const way = outside(path, bounds);
  if (way === null) return;
  const leads = way === path ? "lies outside of the project" : `leads out of the project, to ${way}`;
  throw new SetupRefusal(
    `${path} ${leads}, and stays as it is. Put a file of the project in its place and run setup again, or change it by hand.`,
  );
}

/**
 * Whether a git directory is this work tree's: inside it, or naming it as its own (a worktree's back link,
 * gitrepository-layout(5); a submodule's core.worktree). An archive may bring a `.git` that leads anywhere.
 */
export function isOwnGit(top: string, gitDirectory: string, coreWorktree: string | null): boolean {
  if (isBelow(gitDirectory, top)) return true;
  if (coreWorktree !== null && realTarget(resolve(gitDirectory, coreWorktree)) === top) return true;
  return orElse(false, () => {
    const back = readRegular(join(gitDirectory, "gitdir")).trim();
    return realTarget(resolve(gitDirectory, back)) === join(top, ".git");
  });
}
