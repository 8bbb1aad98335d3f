/**
 * Results as JUnit XML: a suite for each file, and a case for each test. It has no attribute that the schema of Jenkins' xUnit
 * plugin (junit-10.xsd) has not, so the line of a failure stands in its text.
 */
import type { TestReport } from "../../core/tests/report.ts";
import { isMoreThanTests } from "../../core/tests/report.ts";
import type { TestCase, TestFileResult } from "../../core/tests/test-file.ts";

/** Characters that XML 1.0 has no place for are left out. */
// oxlint-disable-next-line no-control-regex -- to find them is the purpose
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
  "\r": "&#13;",
  "\t": "&#9;",
};
const escaped = (text: string): string =>
  text.replace(FORBIDDEN, "").replace(/[&<>"\n\r\t]/g, (character) => ESCAPES[character] ?? character);

type Attributes = Readonly<Record<string, string | number>>;

const element = (name: string, attributes: Attributes, inside: readonly string[] = []): string => {
  const tag = [
    name,
    ...Object.entries(attributes).map(([key, value]) => `${key}="${escaped(String(value))}"`),
  ].join(" ");
  return inside.length === 0 ? `<${tag}/>` : `<${tag}>${inside.join("\n")}</${name}>`;
};

const seconds = (ms: number): string => (ms / 1_000).toFixed(3);

const RUN = "bun-isolate";

export function junitXml({ files, notRun, complaints, tookMs }: TestReport): string {
  const suites = [
    ...[...files.map(suiteOf), ...notRun.map(suiteOfNotRun)].toSorted((a, b) => (a.file < b.file ? -1 : 1)),
    ...(complaints.length === 0 ? [] : [suiteOfComplaints(complaints)]),
  ];
  const sum = (of: (suite: Suite) => number): number => suites.reduce((total, each) => total + of(each), 0);
  const attributes = {
    name: RUN,
    tests: sum(({ cases }) => cases.length),
    failures: sum(({ failures }) => failures),
    errors: sum(({ errors }) => errors),
    time: seconds(tookMs),
  };
  const inside = suites.map(suiteElement);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element("testsuites", attributes, inside)}\n`;
}

interface Suite {
  readonly file: string;
  readonly tookMs: number;
  readonly cases: readonly string[];
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
}

function suiteOf(result: TestFileResult): Suite {
  const { file, tests, tookMs } = result;
  const of = (...all: readonly TestCase["status"][]): number =>
    tests.filter(({ status }) => all.includes(status)).length;
  const broken = isMoreThanTests(result) ? [brokenCase(result)] : [];
  return {
    file,
    tookMs,
    cases: [...tests.map((test) => testCase(file, test)), ...broken],
    failures: of("failed"),
    errors: broken.length,
    skipped: of("skipped", "todo"),
  };
}

const NO_CASES = { tookMs: 0, failures: 0, skipped: 0 } as const;

/** Whoever counts cases must not take it for one that is fine. */
const suiteOfNotRun = (file: string): Suite => ({
  ...NO_CASES,
  file,
  cases: [errorCase(file, "(not run)", "not-run", `${file} was not run, or not to its end`, 0)],
  errors: 1,
});

/** About no single file. */
const suiteOfComplaints = (complaints: readonly string[]): Suite => ({
  ...NO_CASES,
  file: RUN,
  cases: complaints.map((each) => errorCase(RUN, "(not passed)", "not-passed", each, 0)),
  errors: complaints.length,
});

const suiteElement = ({ file, tookMs, cases, failures, errors, skipped }: Suite): string =>
  element(
    "testsuite",
    { name: file, file, tests: cases.length, failures, errors, skipped, time: seconds(tookMs) },
    cases,
  );

function testCase(file: string, { suites, name, line, tookMs, status, failure }: TestCase): string {
  const classname = suites.length === 0 ? file : suites.join(" > ");
  const attributes = { name, classname, time: seconds(tookMs) };
  if (status === "skipped") return element("testcase", attributes, ["<skipped/>"]);
  if (status === "todo") return element("testcase", attributes, ['<skipped message="TODO"/>']);
  if (failure === null) return element("testcase", attributes);
  const { type, message, text } = failure;
  const at = line === null ? file : `${file}:${line}`;
  return element("testcase", attributes, [
    element("failure", { type, message }, [escaped(`${at}\n${text}`)]),
  ]);
}

/** What ended the whole file stands as a test of its own. */
function brokenCase({ file, verdict, evidence, running, tookMs }: TestFileResult): string {
  return errorCase(file, running?.test ?? `(${verdict})`, verdict, `${file} ${evidence ?? verdict}`, tookMs);
}

const errorCase = (classname: string, name: string, type: string, message: string, tookMs: number): string =>
  element("testcase", { name, classname, time: seconds(tookMs) }, [element("error", { type, message })]);
