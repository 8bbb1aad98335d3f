/** Results as JUnit XML, as GitLab, Jenkins and others read it: a suite for each file, and a case for each test. */
import type { TestReport } from "../../core/tests/report.ts";
import { isFailing } from "../../core/tests/report.ts";
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

type Attributes = Readonly<Record<string, string | number | null>>;

const element = (name: string, attributes: Attributes, inside: readonly string[] = []): string => {
  const given = Object.entries(attributes).filter(([, value]) => value !== null);
  const tag = [name, ...given.map(([key, value]) => `${key}="${escaped(String(value))}"`)].join(" ");
  return inside.length === 0 ? `<${tag}/>` : `<${tag}>${inside.join("\n")}</${name}>`;
};

const seconds = (ms: number): string => (ms / 1_000).toFixed(3);

export function junitXml({ files, totals, tookMs }: TestReport): string {
  const tests = totals.passed + totals.failed + totals.skipped + totals.todo;
  const suites = files.toSorted((a, b) => (a.file < b.file ? -1 : 1)).map(suite);
  const attributes = {
    name: "bun-isolate",
    tests,
    failures: totals.failed,
    errors: files.filter(isBroken).length,
    skipped: totals.skipped + totals.todo,
    time: seconds(tookMs),
  };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element("testsuites", attributes, suites)}\n`;
}

/** It failed, and none of its tests says so. */
const isBroken = (result: TestFileResult): boolean =>
  isFailing(result) && !result.tests.some(({ status }) => status === "failed");

function suite(result: TestFileResult): string {
  const { file, tests, counts, tookMs } = result;
  const broken = isBroken(result) ? [brokenCase(result)] : [];
  const cases = [...tests.map((test) => testCase(file, test)), ...broken];
  const attributes = {
    name: file,
    file,
    tests: cases.length,
    failures: counts.failed,
    errors: broken.length,
    skipped: counts.skipped + counts.todo,
    time: seconds(tookMs),
  };
  return element("testsuite", attributes, cases.length === 0 ? [" "] : cases);
}

function testCase(file: string, { suites, name, line, tookMs, status, failure }: TestCase): string {
  const attributes = {
    name,
    classname: suites.length === 0 ? file : suites.join(" > "),
    file,
    line,
    time: seconds(tookMs),
  };
  if (status === "skipped") return element("testcase", attributes, ["<skipped/>"]);
  if (status === "todo") return element("testcase", attributes, ['<skipped message="TODO"/>']);
  if (failure === null) return element("testcase", attributes);
  const { type, message, text } = failure;
  return element("testcase", attributes, [element("failure", { type, message }, [escaped(text)])]);
}

/** What ended the whole file stands as a test of its own. */
function brokenCase({ file, verdict, evidence, running, tookMs }: TestFileResult): string {
  const name = running?.test ?? `(${verdict})`;
  const message = `${file} ${evidence ?? verdict}`;
  const attributes = { name, classname: file, file, line: running?.line ?? null, time: seconds(tookMs) };
  return element("testcase", attributes, [element("error", { type: verdict, message })]);
}
