/**
 * Where the wrapper's code comes from. It is part of every start of a gated Bun, and loading eighty modules takes as long
 * as ten starts of Bun: so `npm run build` makes one file of them, with its bytecode, and this takes that as long as
 * no source is newer. Without it everything works from the sources.
 */
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { runWrapper } from "./main.ts";

export const ROOT = resolve(import.meta.dir, "../../..");
export const BUILT = `${ROOT}/dist/bun-wrapper.js`;
/** A list of the sources that went into it, relative to the root. */
export const SOURCES = `${ROOT}/dist/bun-wrapper.sources.json`;

/** Installed from a registry nobody edits the sources, and the times of files say nothing. */
const isInstalled = ROOT.includes("/node_modules/");

export async function loadWrapper(): Promise<typeof runWrapper> {
  const from: { readonly runWrapper: typeof runWrapper } = isCurrent()
    ? await import(BUILT)
    : await import("./main.ts");
  return from.runWrapper;
}

function isCurrent(): boolean {
  const builtMs = changedMs(BUILT);
  if (builtMs === null || isInstalled) return builtMs !== null;
  const sources: readonly string[] = JSON.parse(readFileSync(SOURCES, "utf8"));
  return sources.every((path) => (changedMs(`${ROOT}/${path}`) ?? Infinity) <= builtMs);
}

/** null: it is not there. */
const changedMs = (path: string): number | null => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
