/** A damaged history is kept, out of the way: somebody may still save what is in it. */
import { lstatSync, renameSync } from "node:fs";
import { codeOf } from "../complain.ts";

/** SQLite's companions of a file; the log may hold what the file lacks. */
const SUFFIXES = ["", "-wal", "-shm"] as const;

/**
 * Renames the file at `path` and what belongs to it, and returns the new name; null when the file with this inode is no
 * longer there, because somebody else was faster. Throws what rename(2) throws.
 */
export function setAside(path: string, inode: number | null, nowMs: number): string | null {
  if (inode === null || inodeAt(path) !== inode) return null;
  const aside = `${path}.damaged-${new Date(nowMs).toISOString().replaceAll(":", "")}`;
  for (const suffix of SUFFIXES) renameIfThere(path + suffix, aside + suffix);
  return aside;
}

/** null = there is no file, or none that could be looked at: to open it says why. */
export function inodeAt(path: string): number | null {
  try {
    return lstatSync(path).ino;
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return null;
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    // there is not always a log
    if (codeOf(error) !== "ENOENT") throw error;
  }
}
