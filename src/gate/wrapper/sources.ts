/** Whether what was built is what the sources say: asked by the built file itself, which has the means loaded. */
import { readText } from "../../os/linux/files/files.ts";
import { modifiedS } from "../../os/linux/files/private-files.ts";

/** Below the package's root; the files that are built, in it; and the list of what they were made from. */
export const DIST = "dist";
export const START = "bun-wrapper.js";
export const LATER = "bun-wrapper-later.js";
export const PLAN = "bun-wrapper-plan.js";
export const COUNTER = "bun-watchdog-counter.js";
export const SOURCES = `${DIST}/bun-wrapper.sources.json`;

/** `root`: the package's. Installed from a registry nobody edits the sources, and the times of files say nothing. */
export function isCurrent(root: string, list = SOURCES): boolean {
  if (root.includes("/node_modules/")) return true;
  const text = readText(`${root}/${list}`);
  if (typeof text === "number") return false;
  const builtS = modifiedS(`${root}/${list}`);
  const sources: readonly string[] = JSON.parse(text);
  return sources.every((path) => modifiedS(`${root}/${path}`) <= builtS);
}
