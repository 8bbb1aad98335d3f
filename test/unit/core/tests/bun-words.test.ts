/** What Bun says of a run, in its report and in its last lines, and what a test may say in between. */
import { describe, expect, test } from "bun:test";
import { readReport } from "../../../../src/core/tests/bun-report.ts";
import { countsOf, errorSaid } from "../../../../src/core/tests/bun-summary.ts";

const report = (cases: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="bun test" tests="1">\n<testsuite name="a.test.ts" file="a.test.ts">${cases}</testsuite>\n</testsuites>\n`;
const PASSED = '<testcase name="a" classname="" time="0.5" file="a.test.ts" line="3" assertions="0" />';
const FAILED =
  '<testcase name="b" time="0" line="4"><failure type="Error" message="x &lt; &quot;y&quot;">Error: &lt;/failure&gt;&#10;</failure></testcase>';
const SKIPPED = '<testcase name="c" time="0" line="5"><skipped /></testcase>';
const TODO = '<testcase name="d" time="0" line="6"><skipped message="TODO" /></testcase>';

describe("the report", () => {
  test("tests of all kinds, with what is around them", () => {
    const inner = `<testsuite name="out" line="2"><testsuite name="in">${FAILED}</testsuite>${SKIPPED}</testsuite>${TODO}`;
    const tests = readReport(report(PASSED + inner)) ?? [];
    expect(tests.map(({ suites, name, line, status }) => [...suites, name, line, status])).toEqual([
      ["a", 3, "passed"],
      ["out", "in", "b", 4, "failed"],
      ["out", "c", 5, "skipped"],
      ["d", 6, "todo"],
    ]);
    expect(tests[0]?.tookMs).toBe(500);
    expect(tests[1]?.failure).toEqual({ type: "Error", message: 'x < "y"', text: "Error: </failure>\n" });
  });

  test("a name that looks like a tag is a name", () => {
    const hostile = '<testcase name="&quot;/&gt;&lt;testcase name=&quot;z&#10;&amp;lt;" time="0" line="1" />';
    expect(readReport(report(hostile))?.map(({ name }) => name)).toEqual(['"/><testcase name="z\n&lt;']);
  });

  test("one that breaks off is none", () => {
    expect(readReport(report(PASSED).slice(0, -20))).toBeNull();
    expect(readReport("")).toBeNull();
  });
});

const block = (counts: string, ran: number): string =>
  `\n${counts}\nRan ${ran} tests across 1 file. [5.00ms]\n`;
const one = readReport(report(PASSED));
const ONE = { passed: 1, failed: 0, errors: 0, skipped: 0, todo: 0 };
const NONE = { passed: 0, failed: 0, errors: 0, skipped: 0, todo: 0 };

describe("the last lines", () => {
  for (const [what, tests, said, code, counts] of [
    ["as they are", one, block(" 1 pass\n 0 fail", 1), 0, ONE],
    ["with an error outside of tests", one, block(" 1 pass\n 0 fail\n 1 error", 1), 1, { ...ONE, errors: 1 }],
    ["with errors", one, block(" 1 pass\n 0 fail\n 2 errors", 1), 1, { ...ONE, errors: 2 }],
    [
      "after a test has said the like",
      one,
      `${block(" 9 pass\n 0 fail", 9)}${block(" 1 pass\n 0 fail", 1)}`,
      0,
      ONE,
    ],
    [
      "before something has said the like",
      one,
      `${block(" 1 pass\n 0 fail", 1)}${block(" 9 pass\n 0 fail", 9)}`,
      0,
      ONE,
    ],
    ["cut off", one, "(pass) a\n", 0, ONE],
    ["cut off, and no test tells of the code", one, "(pass) a\n", 1, { ...ONE, errors: 1 }],
    ["of a file without tests", null, block(" 0 pass\n 0 fail", 0), 0, NONE],
    [
      "of a file that cannot be loaded",
      null,
      block(" 0 pass\n 1 fail\n 1 error", 1),
      1,
      { ...NONE, failed: 1, errors: 1 },
    ],
    ["said by a test that then ended the process", null, block(" 9 pass\n 0 fail", 9), 0, null],
    ["missing", null, "(pass) a\n", 0, null],
  ] as const)
    test(what, () => {
      expect(countsOf(tests, said, code)).toEqual(counts);
    });
});

const OUTSIDE = "# Unhandled error between tests\n-------------------------------\n";

test.each([
  [
    "an import that is missing",
    `${OUTSIDE}error: Cannot find module './x'\n---\n\n 0 pass\n`,
    "Cannot find module './x'",
  ],
  [
    "below its code",
    `error: of a test\n${OUTSIDE}2 | f();\n    ^\nTypeError: f is not there\n---\n`,
    "f is not there",
  ],
  ["an option that Bun refuses", 'a.test.ts:\nerror: preload not found "./x"\n', 'preload not found "./x"'],
  ["of a test alone", "error: of a test\n(fail) a\n\n 0 pass\n", null],
  ["none", "", null],
])("the error outside of tests: %s", (_, stderr, error) => {
  expect(errorSaid(stderr)).toBe(error);
});
