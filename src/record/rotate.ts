/** Keeps a file bounded by renaming: `path` becomes `path.1`, that one `path.2`, and the oldest goes. */
import { renameSync } from "node:fs";
import { codeOf } from "../core/system-error.ts";

/** Newest first, as they may exist beside `path`. */
export const rotatedPaths = (path: string, keep: number): readonly string[] =>
  Array.from({ length: keep }, (_, index) => `${path}.${index + 1}`);

/** After it there is no file at `path`. rename(2) replaces the target, so the last one drops off by itself. */
export function rotate(path: string, keep: number): void {
  const names = [path, ...rotatedPaths(path, keep)];
  for (let index = names.length - 1; index > 0; index--) {
    const [from, to] = [names[index - 1], names[index]];
    if (from !== undefined && to !== undefined) renameIfThere(from, to);
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    // not rotated that often yet, or another process was faster
    if (codeOf(error) !== "ENOENT") throw error;
  }
}
