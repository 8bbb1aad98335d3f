/** `merge`: the results of several shards as one, and their coverage. */
import { coverageOf } from "../../../runner/test/coverage.ts";
import { keepMemory, memoryStore } from "../../../runner/test/memory.ts";
import { parseReport } from "../../../core/tests/parse-report.ts";
import { tooLittle } from "../../../core/tests/threshold.ts";
import { testConfig } from "../../../runner/test/bunfig.ts";
import { mergeReports, type TestReport } from "../../../core/tests/report.ts";
import { coverageTable } from "../../../render/tests/coverage.ts";
import { runEnding } from "../../../render/tests/ending.ts";
import { UsageError, workingDirectory } from "../../../text/errors.ts";
import { JSON_OPTION, type Declaration } from "../../declaring.ts";
import { againWith, TEST_DEFAULTS } from "./again.ts";
import { readNamed, writeDocument } from "./documents.ts";
import { forConsole, leaveReports } from "./tell.ts";

interface MergeFlags {
  readonly junit?: string;
  readonly lcov?: string;
  readonly timings?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** With what options a shard ran is not in its results. */
const again = againWith(TEST_DEFAULTS, []);

export const mergeCommand: Declaration = {
  argument: ["<file...>", "what `test --results` has written, and lcov files (*.info)"],
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
  exitCodes: [
    ["0", "every file passed"],
    ["1", "some file failed, or was not run"],
    ["2", "wrong arguments, or a file that cannot be read"],
  ],
  run: async (paths: readonly string[], flags: MergeFlags) => {
    const [lcov, json] = [paths.filter(isLcov), paths.filter((path) => !isLcov(path))];
    const isJson = flags.json ?? false;
    const coverage = lcov.length === 0 ? null : coverageOf(lcov.map(readNamed));
    const { threshold } = testConfig(workingDirectory(), []);
    const complaints = coverage === null || threshold === null ? [] : tooLittle(coverage.files, threshold);
    const report = mergeReports(json.map(resultsIn), complaints);
    if (coverage !== null) {
      writeDocument(flags.lcov ?? "coverage/lcov.info", coverage.lcov);
      if (!isJson) console.log(forConsole(`${coverageTable(coverage.files)}\n`));
    }
    const { timings } = flags;
    if (timings !== undefined) {
      const news = { results: report.files, withTimes: true, nowMs: Date.now() };
      const notKept = await keepMemory(memoryStore(workingDirectory(), timings), news);
      if (notKept !== null) console.error(`warning: ${notKept}.`);
    }
    if (!isJson && (json.length > 0 || complaints.length > 0))
      console.log(forConsole(runEnding(report, { again, all: flags.all ?? false })));
    leaveReports(report, { junit: flags.junit ?? null, results: null, json: isJson });
    return report.ok ? 0 : 1;
  },
};

function resultsIn(path: string): TestReport {
  const report = parseReport(readNamed(path));
  if (report !== null) return report;
  throw new UsageError(
    `${path} holds no results of this version. Give a file that bun-isolate test --results has written.`,
  );
}

const isLcov = (path: string): boolean => path.endsWith(".info");
