/** Finds the modules whose functions are measured. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { UsageError } from "../../text/errors.ts";
import { shellWord } from "../../text/shell-word.ts";

const IS_BENCH = /\.bench\.[cm]?[jt]sx?$/u;

/**
 * Files as they are named; of a folder, every *.bench.ts below it. `paths`: none = the current folder.
 * @throws UsageError where there is none
 */
export function benchFiles(paths: readonly string[], cwd: string): readonly string[] {
  const found = (paths.length === 0 ? ["."] : paths).flatMap((path) => filesAt(path, cwd));
  if (found.length > 0) return [...new Set(found)];
  throw new UsageError(
    "There is no *.bench.ts below this folder. Name a module whose functions are to be measured, or a --command.",
  );
}

function filesAt(path: string, cwd: string): readonly string[] {
  const full = resolve(cwd, path);
  if (!existsSync(full))
    throw new UsageError(
      `There is no file or folder "${path}". A command is measured with --command ${shellWord(path)}.`,
    );
  return statSync(full).isDirectory() ? below(path, cwd) : [path];
}

/** Neither hidden folders nor installed packages. */
const below = (folder: string, cwd: string): readonly string[] =>
  readdirSync(resolve(cwd, folder), { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory())
        return entry.name === "node_modules" || entry.name.startsWith(".") ? [] : below(path, cwd);
      return entry.isFile() && IS_BENCH.test(entry.name) ? [path] : [];
    });
