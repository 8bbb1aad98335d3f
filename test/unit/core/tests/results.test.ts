/** Results of a run as documents: merged, as JUnit XML, as GitHub's commands, as coverage. */
import { describe, expect, test } from "bun:test";
import { joinCoverage, readLcov, writeLcov } from "../../../../src/core/tests/lcov.ts";
import { parseReport } from "../../../../src/core/tests/parse-report.ts";
import {
  mergeReports,
  type RunFacts,
  testReport,
  type TestReport,
} from "../../../../src/core/tests/report.ts";
import { NO_TESTS, type TestFileResult } from "../../../../src/core/tests/test-file.ts";
import { belowThreshold } from "../../../../src/core/tests/threshold.ts";
import { runEnding } from "../../../../src/render/tests/ending.ts";
import { annotations, stepSummary, withoutCommands } from "../../../../src/wire/documents/github.ts";
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
const reportOf = (results: readonly TestFileResult[], run: Partial<RunFacts> = {}): TestReport =>
  testReport(results, { found: [], notRun: [], complaints: [], tookMs: 1, ...run });
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
  running: { phase: "test", test: "spins", line: 7, ended: 2 },
});

describe("shards are merged", () => {
  test("files of all, counts of all, the time of the longest", () => {
    const merged = mergeReports([
      reportOf([result("a")], { tookMs: 5 }),
      reportOf([killed], { notRun: ["b"], tookMs: 9 }),
    ]);
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
      expect(mergeReports(pair.map((each) => reportOf([each]))).files).toEqual([failed]);
  });

  test("a file that no shard has was not run: a shard is missing", () => {
    const found = ["a", "b"];
    expect(mergeReports([reportOf([result("a")], { found })])).toMatchObject({ ok: false, notRun: ["b"] });
    expect(mergeReports(found.map((file) => reportOf([result(file)], { found })))).toMatchObject({
      ok: true,
    });
  });

  test("what one did not run and another did was run", () => {
    expect(mergeReports([reportOf([result("a")]), reportOf([], { notRun: ["a"] })])).toMatchObject({
      ok: true,
      notRun: [],
    });
  });
});

describe("a report of another run", () => {
  const whole = reportOf([hostile, killed], { found: ["k.test.ts"] });
  test("is read as it was written", () => {
    expect(parseReport(JSON.stringify(whole))).toEqual(whole);
  });
  test.each([
    ["nothing", ""],
    ["no object", "null"],
    ["another version", JSON.stringify({ ...whole, schemaVersion: 2 })],
    ["no file", JSON.stringify({ ...whole, files: [null] })],
    ["no verdict", JSON.stringify({ ...whole, files: [{ ...killed, verdict: "good" }] })],
    ["no counts", JSON.stringify({ ...whole, files: [{ ...killed, counts: {} }] })],
    ["no test", JSON.stringify({ ...whole, files: [{ ...killed, tests: [{}] }] })],
    ["cut off", JSON.stringify(whole).slice(0, -1)],
  ])("is refused: %s", (_name, text) => {
    expect(parseReport(text)).toBeNull();
  });
});

describe("JUnit XML", () => {
  test("names and messages open no tag, and hold nothing that XML forbids", () => {
    const xml = junitXml(reportOf([hostile]));
    expect(xml.match(/<[a-z]+/g)).toEqual(["<testsuites", "<testsuite", "<testcase", "<failure"]);
    // oxlint-disable-next-line no-control-regex -- none of these may be in it
    expect(xml).not.toMatch(/[\u0007\u001b]/);
  });

  test("a file that was not run, and what is said of all of them, are errors", () => {
    const xml = junitXml(reportOf([result("b")], { notRun: ["c", "a"], complaints: ["too <little>"] }));
    expect([...xml.matchAll(/<testsuite name="([^"]+)"/g)].map(([, name]) => name)).toEqual([
      "a",
      "b",
      "c",
      "bun-isolate",
    ]);
    expect(xml).toContain('<testsuites name="bun-isolate" tests="3" failures="0" errors="3"');
    expect(xml).toContain('<error type="not-run" message="a was not run, or not to its end"/>');
    expect(xml).toContain('<error type="not-passed" message="too &lt;little&gt;"/>');
  });

  test("a file that was killed has the test that ran, with its line, as an error", () => {
    expect(junitXml(reportOf([killed]))).toContain(
      '<testcase name="spins" classname="k.test.ts" time="0.100"><error type="timeout"',
    );
  });

  /** Of junit-10.xsd of Jenkins' xUnit plugin, whatever else is there is refused. */
  const ALLOWED: Readonly<Record<string, readonly string[]>> = {
    testsuites: ["name", "time", "tests", "failures", "errors"],
    testsuite: ["name", "tests", "failures", "errors", "skipped", "time", "file"],
    testcase: ["name", "time", "classname"],
    failure: ["type", "message"],
    error: ["type", "message"],
    skipped: ["message"],
  };
  test("has the attributes of the schema, and its sums are those of its cases", () => {
    const done = result("s.test.ts", {
      tests: (["passed", "skipped", "todo"] as const).map((status) => ({
        suites: ["a", "b"],
        name: status,
        line: 1,
        tookMs: 1,
        status,
        failure: null,
      })),
    });
    const mixed = { ...hostile, counts: { ...NO_TESTS, failed: 1, errors: 1 } };
    const xml = junitXml(reportOf([mixed, killed, done]));
    for (const [, name = "", attributes = ""] of xml.matchAll(/<([a-z]+)((?: [a-z]+="[^"]*")*)/g))
      expect(ALLOWED[name]).toEqual(
        expect.arrayContaining([...attributes.matchAll(/ ([a-z]+)="/g)].map(([, key]) => key)),
      );
    const [, tests, failures, errors] =
      /<testsuites name="bun-isolate" tests="(\d+)" failures="(\d+)" errors="(\d+)"/.exec(xml) ?? [];
    const times = (tag: string): string => `${xml.split(`<${tag}`).length - 1}`;
    expect([tests, failures, errors]).toEqual([times("testcase"), times("failure"), times("error")]);
    expect([tests, failures, errors]).toEqual(["6", "1", "2"]);
  });
});

describe("GitHub", () => {
  test("nothing begins a command of its own", () => {
    const lines = annotations(reportOf([hostile, killed]), "");
    expect(lines).toHaveLength(2);
    expect(lines.every((line) => !line.includes("\n"))).toBe(true);
    expect(lines.join("\n")).toContain('file=x%2Cy%3Az.test.ts,line=3,title=a"]]>%0A%3A%3Aerror%3A%3A%25');
    expect(lines.join("\n")).toContain("::error file=k.test.ts,line=7,title=timeout::k.test.ts was ended");
  });

  test("files that were not run, and what is said of all of them, are errors about no line", () => {
    const run = { notRun: ["a:b"], complaints: ["too\nlittle"] };
    expect(annotations(reportOf([result("b")], run), "packages/api")).toEqual([
      "::error title=not passed::too%0Alittle",
      "::error title=not run::a:b",
    ]);
    const summary = stepSummary(reportOf([result("b")], run));
    expect(summary).toContain("\nNot run: a:b\n");
    expect(summary).toContain("\nNot passed: too little\n");
  });

  test("of many files that were not run some are named, and the rest counted", () => {
    const notRun = Array.from({ length: 60 }, (_, at) => `${at}`);
    for (const text of [annotations(reportOf([], { notRun }), "")[0], stepSummary(reportOf([], { notRun }))])
      expect(text).toContain("48, 49, and 10 more");
  });

  test("files are named from the root of the repository", () => {
    expect(annotations(reportOf([killed]), "packages/api")[0]).toStartWith(
      "::error file=packages/api/k.test.ts,",
    );
  });

  test("a failure and an error outside of tests are both said", () => {
    const both = { ...hostile, counts: { ...NO_TESTS, failed: 1, errors: 1 } };
    expect(annotations(reportOf([both]), "")).toHaveLength(2);
  });

  test.each([
    ["a ::word:: in it", true],
    ["    ##[add-mask]e", true],
    ["2 passed", false],
  ])("what tests say is no command: %s", (text, isHeld) => {
    expect(withoutCommands(text, "T")).toBe(isHeld ? `::stop-commands::T\n${text}\n::T::` : text);
  });

  test("a cell of the summary ends where it ends", () => {
    const row = stepSummary(reportOf([hostile]))
      .split("\n")
      .find((line) => line.includes("failed |"));
    expect(row?.split("|")).toHaveLength(8);
  });
});

const lcovOf = (lines: string): string =>
  `TN:\nSF:lib.ts\nFNF:2\nFNH:1\n${lines}\nLF:2\nLH:1\nend_of_record\n`;

test("coverage of several processes is added up, line by line", () => {
  const joined = joinCoverage([lcovOf("DA:1,3\nDA:2,0"), lcovOf("DA:1,1\nDA:2,5")].flatMap(readLcov));
  expect(writeLcov(joined)).toBe(lcovOf("DA:1,4\nDA:2,5").replace("LH:1", "LH:2").replace("FNH:1", "FNH:2"));
});

const below = (...texts: readonly string[]): number =>
  belowThreshold(joinCoverage(texts.flatMap(readLcov)), { lines: 0.5, functions: 0.9 }).length;

test("only what is certainly too little is below a threshold", () => {
  // one function of two, in each of two processes: it may be the other one
  expect(below(lcovOf("DA:1,3\nDA:2,0"))).toBe(1);
  expect(below(lcovOf("DA:1,3\nDA:2,0"), lcovOf("DA:1,3\nDA:2,0"))).toBe(0);
  expect(
    joinCoverage([lcovOf("DA:1,3\nDA:2,0"), lcovOf("DA:1,0\nDA:2,1")].flatMap(readLcov))[0]?.functionsRun,
  ).toBe(2);
});

test("no process has run a function beside the only line: it counts as not run, in the table and for the threshold", () => {
  const one = "SF:v.ts\nFNF:1\nFNH:0\nDA:1,1\nend_of_record\n";
  const [file] = joinCoverage([one, one].flatMap(readLcov));
  expect([file?.functionsRun, file?.functionsRunAtMost]).toEqual([0, 0]);
});

test("a hook that fails is called one, and a message that is cut says so", () => {
  const failure = { type: "Error", message: "1\n2\n3\n4\n5\n6\n7", text: "" };
  const hook = { suites: [], name: "(unnamed)", line: null, tookMs: 0, status: "failed", failure } as const;
  const failed = result("h.test.ts", { verdict: "failed", evidence: "1 failed", tests: [hook] });
  const text = runEnding(reportOf([failed]), { again: (file) => `test ${file}`, all: false });
  expect(text).toContain("  (a hook, or a test without a name)\n    1\n");
  expect(text).toContain("    6\n    …\n  again: test h.test.ts");
});
