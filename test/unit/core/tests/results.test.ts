/** Results of a run as documents: merged, as JUnit XML, as GitHub's commands, as coverage. */
import { describe, expect, test } from "bun:test";
import { joinCoverage, readLcov, writeLcov } from "../../../../src/core/tests/lcov.ts";
import { mergeReports, testReport } from "../../../../src/core/tests/report.ts";
import { NO_TESTS, type TestFileResult } from "../../../../src/core/tests/test-file.ts";
import { annotations, stepSummary } from "../../../../src/wire/documents/github.ts";
import { junitXml } from "../../../../src/wire/documents/junit.ts";

const result = (file: string, more: Partial<TestFileResult> = {}): TestFileResult => ({
  file,
  verdict: "passed",
  counts: { ...NO_TESTS, passed: 1 },
  evidence: null,
  running: null,
  tookMs: 100,
  cpuMs: 50,
  peakMemoryBytes: 1_000,
  exitCode: 0,
  signal: null,
  leftovers: [],
  survivors: [],
  attempts: 1,
  flaky: false,
  tests: [],
  ...more,
});
const HOSTILE = 'a"]]>\n::error::%<b>|`\u0007\u001b[31m';
const hostile = result("x,y:z.test.ts", {
  verdict: "failed",
  counts: { ...NO_TESTS, failed: 1 },
  evidence: HOSTILE,
  tests: [
    {
      suites: [],
      name: HOSTILE,
      line: 3,
      tookMs: 1,
      status: "failed",
      failure: { type: "Error", message: HOSTILE, text: HOSTILE },
    },
  ],
});
const killed = result("k.test.ts", {
  verdict: "timeout",
  counts: NO_TESTS,
  evidence: "was ended",
  running: { phase: "test", test: "spins", line: 7 },
});

describe("shards are merged", () => {
  test("files of all, counts of all, the time of the longest", () => {
    const merged = mergeReports([testReport([result("a")], [], 5), testReport([killed], ["b"], 9)]);
    expect(merged).toMatchObject({
      ok: false,
      tookMs: 9,
      notRun: ["b"],
      totals: { files: 2, failing: 1, passed: 1 },
    });
  });

  test("a file that two have counts once, as it failed", () => {
    const failed = result("a", { verdict: "failed" });
    for (const pair of [
      [result("a"), failed],
      [failed, result("a")],
    ] as const)
      expect(mergeReports(pair.map((each) => testReport([each], [], 1))).files).toEqual([failed]);
  });

  test("what one did not run and another did was run", () => {
    expect(mergeReports([testReport([result("a")], [], 1), testReport([], ["a"], 1)])).toMatchObject({
      ok: true,
      notRun: [],
    });
  });
});

describe("JUnit XML", () => {
  test("names and messages open no tag, and hold nothing that XML forbids", () => {
    const xml = junitXml(testReport([hostile], [], 1));
    expect(xml.match(/<[a-z]+/g)).toEqual(["<testsuites", "<testsuite", "<testcase", "<failure"]);
    // oxlint-disable-next-line no-control-regex -- none of these may be in it
    expect(xml).not.toMatch(/[\u0007\u001b]/);
  });

  test("a file that was killed has the test that ran, with its line, as an error", () => {
    expect(junitXml(testReport([killed], [], 1))).toContain(
      '<testcase name="spins" classname="k.test.ts" file="k.test.ts" line="7" time="0.100"><error type="timeout"',
    );
  });
});

describe("GitHub", () => {
  test("nothing begins a command of its own", () => {
    const lines = annotations(testReport([hostile, killed], [], 1));
    expect(lines).toHaveLength(2);
    expect(lines.every((line) => !line.includes("\n"))).toBe(true);
    expect(lines.join("\n")).toContain('file=x%2Cy%3Az.test.ts,line=3,title=a"]]>%0A%3A%3Aerror%3A%3A%25');
    expect(lines.join("\n")).toContain("::error file=k.test.ts,line=7,title=timeout::k.test.ts was ended");
  });

  test("a cell of the summary ends where it ends", () => {
    const row = stepSummary(testReport([hostile], [], 1))
      .split("\n")
      .find((line) => line.includes("failed |"));
    expect(row?.split("|")).toHaveLength(8);
  });
});

const lcovOf = (lines: string): string =>
  `TN:\nSF:lib.ts\nFNF:2\nFNH:1\n${lines}\nLF:2\nLH:1\nend_of_record\n`;

test("coverage of several processes is added up, line by line", () => {
  const joined = joinCoverage([lcovOf("DA:1,3\nDA:2,0"), lcovOf("DA:1,1\nDA:2,5")].flatMap(readLcov));
  expect(writeLcov(joined)).toBe(lcovOf("DA:1,4\nDA:2,5").replace("LH:1", "LH:2"));
});
