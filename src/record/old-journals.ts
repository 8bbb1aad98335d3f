/** The journals that have been put aside, once they are older than what the history keeps. */
import { lstatSync, rmSync } from "node:fs";
import { MOST_JOURNALS } from "./journal.ts";
import { rotatedPaths } from "./rotate.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Removes those whose last line is older than `maxDays`; returns how many. A journal keeps its time when it is renamed. */
export function removeOldJournals(path: string, nowMs: number, maxDays: number): number {
  const old = rotatedPaths(path, MOST_JOURNALS).filter((aside) => {
    const stat = lstatSync(aside, { throwIfNoEntry: false });
    return stat !== undefined && stat.isFile() && stat.mtimeMs < nowMs - maxDays * DAY_MS;
  });
  for (const aside of old) rmSync(aside, { force: true });
  return old.length;
}
