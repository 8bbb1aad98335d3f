/** The coverage of all processes of a run, as one. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { joinCoverage, readLcov, writeLcov, type FileCoverage } from "../../core/tests/lcov.ts";
import { orElse } from "../../text/system-error.ts";

export interface Coverage {
  readonly files: readonly FileCoverage[];
  readonly lcov: string;
}

/** Of the folders of all files; one that was killed has left none. */
export function collectCoverage(folders: readonly string[]): Coverage {
  const texts = folders.map((folder) =>
    orElse("", () => readFileSync(join(folder, "lcov.info"), "utf8"), "ENOENT"),
  );
  return coverageOf(texts);
}

export function coverageOf(texts: readonly string[]): Coverage {
  const files = joinCoverage(texts.flatMap(readLcov).filter(({ file }) => !isOurs(file)));
  return { files, lcov: writeLcov(files) };
}

/** Runs in every test file's process, and is none of the project's. */
const isOurs = (file: string): boolean => file.endsWith("/runner/test/inside/trail.ts");
