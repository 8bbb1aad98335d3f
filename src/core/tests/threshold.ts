/** The coverage that a bunfig.toml wants of every file (`coverageThreshold`), as Bun compares it. */
import { type FileCoverage, linesRun } from "./lcov.ts";

/** Shares, 0 to 1. */
export interface CoverageThreshold {
  readonly lines: number;
  readonly functions: number;
}

/** Files without lines or functions lack none. */
const share = (part: number, all: number): number => (all === 0 ? 1 : part / all);

/** Only what is certainly too little: which functions ran is known for each process alone. */
export const belowThreshold = (
  files: readonly FileCoverage[],
  { lines, functions }: CoverageThreshold,
): readonly FileCoverage[] =>
  files.filter(
    (file) =>
      share(linesRun(file), file.lines.size) < lines ||
      share(file.functionsRunAtMost, file.functions) < functions,
  );

const percent = (part: number): string => `${Number((100 * part).toFixed(2))} %`;

/** A sentence for each of them, without its end. */
export const tooLittle = (files: readonly FileCoverage[], threshold: CoverageThreshold): readonly string[] =>
  belowThreshold(files, threshold).map((file) => {
    const lines = percent(share(linesRun(file), file.lines.size));
    const functions = percent(share(file.functionsRunAtMost, file.functions));
    const wanted = `${percent(threshold.lines)} and ${percent(threshold.functions)} are wanted`;
    return `the tests run ${lines} of the lines and ${functions} of the functions of ${file.file}; ${wanted}`;
  });
