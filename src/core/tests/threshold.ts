/** The coverage that a bunfig.toml wants of every file (`coverageThreshold`), as Bun compares it. */
import { type FileCoverage, linesRun, shareRun } from "./lcov.ts";

/** Shares, 0 to 1. */
export interface CoverageThreshold {
  readonly lines: number;
  readonly functions: number;
}

/** Only what is certainly too little: which functions ran is known for each process alone. */
export const belowThreshold = (
  files: readonly FileCoverage[],
  { lines, functions }: CoverageThreshold,
): readonly FileCoverage[] =>
  files.filter(
    (file) =>
      shareRun(linesRun(file), file.lines.size) < lines ||
      shareRun(file.functionsRunAtMost, file.functions) < functions,
  );

const percent = (part: number): string => `${Number((100 * part).toFixed(2))} %`;

/** A sentence for each of them, without its end. */
export const tooLittle = (files: readonly FileCoverage[], threshold: CoverageThreshold): readonly string[] =>
  belowThreshold(files, threshold).map((file) => {
    const lines = percent(shareRun(linesRun(file), file.lines.size));
    const functions = percent(shareRun(file.functionsRunAtMost, file.functions));
    const wanted = `${percent(threshold.lines)} and ${percent(threshold.functions)} are wanted`;
    return `the tests run ${lines} of the lines and ${functions} of the functions of ${file.file}; ${wanted}`;
  });
