/** Which files of a project have benchmarks or tests, by their names. A project may be a whole home: so many folders are read, and no more. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "../../os/clock.ts";
import { codeOf } from "../../text/system-error.ts";

const IS_BENCH = /\.bench\.[cm]?[jt]sx?$/u;
const IS_TEST = /[._](?:test|spec)\.[cm]?[jt]sx?$/u;
const MOST_FOLDERS = 500;
const MOST_FILES = 2_000;
const GOOD_FOR_MS = 30_000;

interface FilesToRun {
  readonly bench: readonly string[];
  readonly test: readonly string[];
  /** There are more folders or files than were looked at. */
  readonly isCut: boolean;
}

let known: { readonly root: string; readonly untilMs: number; readonly files: Promise<FilesToRun> } | null =
  null;

export function filesToRun(root: string): Promise<FilesToRun> {
  const nowMs = systemClock.monotonicMs();
  if (known === null || known.root !== root || known.untilMs < nowMs)
    known = { root, untilMs: nowMs + GOOD_FOR_MS, files: found(root) };
  return known.files;
}

/** Folder by folder, the upper ones first; neither hidden ones nor installed packages. */
async function found(root: string): Promise<FilesToRun> {
  const [bench, test, folders] = [[] as string[], [] as string[], [""]];
  let read = 0;
  for (const folder of folders) {
    if (++read > MOST_FOLDERS || bench.length + test.length >= MOST_FILES)
      return { bench, test, isCut: true };
    for (const entry of await entriesOf(join(root, folder))) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && entry.name !== "node_modules" && !entry.name.startsWith("."))
        folders.push(path);
      if (!entry.isFile()) continue;
      if (IS_BENCH.test(path)) bench.push(path);
      else if (IS_TEST.test(path)) test.push(path);
    }
  }
  return { bench: bench.toSorted(), test: test.toSorted(), isCut: false };
}

/** None where it may not be read, or has gone meanwhile. */
async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return [];
  }
}
