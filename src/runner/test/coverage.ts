/** The coverage of all processes of a run, as one. */
import { join } from "node:path";
import { joinCoverage, readLcov, writeLcov, type FileCoverage } from "../../core/tests/lcov.ts";
import { leftText } from "../left-text.ts";

export interface Coverage {
  readonly files: readonly FileCoverage[];
  readonly lcov: string;
}

/** Of the folders of all files; one that was killed has left none. */
export function collectCoverage(folders: readonly string[]): Coverage {
  return coverageOf(folders.map((folder) => leftText(join(folder, "lcov.info")) ?? ""));
}

export function coverageOf(texts: readonly string[]): Coverage {
  const files = joinCoverage(texts.flatMap(readLcov).filter(({ file }) => !isOurs(file)));
  return { files, lcov: writeLcov(files) };
}

/** Runs in every test file's process, and is none of the project's. */
const isOurs = (file: string): boolean => file.endsWith("/runner/test/inside/trail.ts");
