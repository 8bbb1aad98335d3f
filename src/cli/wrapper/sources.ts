/** Whether what was built is what the sources say: asked by the built file itself, which has the means loaded. */
import { readFileSync, statSync } from "node:fs";

/** Paths below the package's root. */
export const DIST = "dist";
export const SOURCES = `${DIST}/bun-wrapper.sources.json`;

/** `root`: the package's. Installed from a registry nobody edits the sources, and the times of files say nothing. */
export function isCurrent(root: string): boolean {
  if (root.includes("/node_modules/")) return true;
  const changedMs = (path: string): number =>
    statSync(`${root}/${path}`, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
  const builtMs = changedMs(SOURCES);
  const sources: readonly string[] = JSON.parse(readFileSync(`${root}/${SOURCES}`, "utf8"));
  return sources.every((path) => changedMs(path) <= builtMs);
}
