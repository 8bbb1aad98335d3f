/** `merge`: the results of several shards as one, and their coverage. */
import { readFileSync } from "node:fs";
import { coverageOf } from "../../../runner/test/coverage.ts";
import { readMemory, remembered, writeMemory } from "../../../runner/test/memory.ts";
import { readResults } from "../../../wire/documents/test-results.ts";
import { mergeReports } from "../../../core/tests/report.ts";
import { coverageTable } from "../../../render/tests/coverage.ts";
import { runEnding } from "../../../render/tests/ending.ts";
import { UsageError } from "../../../text/errors.ts";
import { codeOf, messageOf } from "../../../text/system-error.ts";
import { JSON_OPTION, type Declaration } from "../../declaring.ts";
import { leaveReports, runAgain, writeDocument } from "./tell.ts";

interface MergeFlags {
  readonly junit?: string;
  readonly lcov?: string;
  readonly timings?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

export const mergeCommand: Declaration = {
  argument: ["<files...>", "what `test --results` has written, and lcov files (*.info)"],
  options: [
    ["--junit <file>", "write the results as JUnit XML"],
    ["--lcov <file>", "write the coverage (coverage/lcov.info)"],
    ["--timings <file>", "write how long each file took, for the shards of the next run"],
    ["--all", "a row for every file"],
    JSON_OPTION,
  ],
  examples: [
    ["merge shard-1.json shard-2.json", "exit 1 where a file failed, or was not run"],
    ["merge *.json */lcov.info --junit all.xml", "with their coverage"],
  ],
  run: async (paths: readonly string[], flags: MergeFlags) => {
    const [lcov, json] = [paths.filter(isLcov), paths.filter((path) => !isLcov(path))];
    const isJson = flags.json ?? false;
    const report = mergeReports(json.map((path) => readResults(textOf(path), path)));
    if (lcov.length > 0) {
      const coverage = coverageOf(lcov.map(textOf));
      writeDocument(flags.lcov ?? "coverage/lcov.info", coverage.lcov);
      if (!isJson) console.log(`${coverageTable(coverage.files)}\n`);
    }
    const { timings } = flags;
    if (timings !== undefined)
      writeMemory(timings, remembered(readMemory(timings), report.files, true, Date.now()));
    if (!isJson && json.length > 0)
      console.log(runEnding(report, { again: runAgain, all: flags.all ?? false }));
    leaveReports(report, { junit: flags.junit ?? null, results: null, json: isJson });
    return report.ok ? 0 : 1;
  },
};

const isLcov = (path: string): boolean => path.endsWith(".info");

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === null) throw error;
    throw new UsageError(`${path} cannot be read: ${messageOf(error)}`);
  }
}
