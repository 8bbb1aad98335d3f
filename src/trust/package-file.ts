/**
 * Files of this package, found from its sources and from what `npm run build` has made of them alike; and which of the two
 * is run. In a checkout that is what is built as long as no source is newer. An installed package has no sources.
 */
import { readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const root = basename(import.meta.dir) === "dist" ? dirname(import.meta.dir) : join(import.meta.dir, "../..");

/** `path`: below the package's own folder. */
export const packageFile = (path: string): string => join(root, path);

/** null: there is no such file. */
const changedMs = (path: string): number | null =>
  statSync(packageFile(path), { throwIfNoEntry: false })?.mtimeMs ?? null;

export const hasSources = (): boolean => changedMs("src/trust/package-file.ts") !== null;

/** Of `npm run build`: what the program is made from. It is as old as the beginning of the build. */
const listOf = (name: string): string => `dist/${name}.sources.json`;

/** Whether what is built of a program is what its sources say. */
export function isCurrent(name: string): boolean {
  if (!hasSources()) return true;
  const builtMs = changedMs(listOf(name));
  // nobody has built it
  if (builtMs === null) return false;
  const sources: readonly string[] = JSON.parse(readFileSync(packageFile(listOf(name)), "utf8"));
  return sources.every((path) => (changedMs(path) ?? Infinity) < builtMs);
}

const builtFile = (source: string): string => packageFile(`dist/${basename(source, ".ts")}.js`);

/** A program of ours, named by its source, as it is started now. */
export const programFile = (source: string): string =>
  isCurrent(basename(source, ".ts")) ? builtFile(source) : packageFile(source);
