/**
 * Reads the JUnit report that `bun test` writes at its end (Bun 1.4). Bun escapes every name and message in it, so what
 * a test is called, or says, opens and closes no tag.
 */
import type { TestCase } from "./test-file.ts";

interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly kind: "opens" | "closes" | "alone";
  /** The text behind it, up to the next tag. */
  readonly text: string;
}

const TAG = /<(\/?)([a-z]+)((?:\s+[a-z]+="[^"<]*")*)\s*(\/?)>([^<]*)/g;
const ATTRIBUTE = /([a-z]+)="([^"<]*)"/g;

function* tagsIn(report: string): Generator<Tag> {
  for (const [, slash, name = "", attributes = "", alone, text = ""] of report.matchAll(TAG)) {
    const pairs = [...attributes.matchAll(ATTRIBUTE)].map(([, key = "", value = ""]) => [
      key,
      unescaped(value),
    ]);
    const kind = slash === "/" ? "closes" : alone === "/" ? "alone" : "opens";
    yield { name, attributes: Object.fromEntries(pairs), kind, text: unescaped(text) };
  }
}

const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

const unescaped = (text: string): string =>
  text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi, (whole, decimal, hex, name: string | undefined) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const code = Number.parseInt(decimal ?? hex, decimal === undefined ? 16 : 10);
    // Bun writes none beyond the last character, but somebody else may
    return code > 0x10ffff ? whole : String.fromCodePoint(code);
  });

/** null: it is not whole, so the run did not come to its end. */
export function readReport(report: string): readonly TestCase[] | null {
  if (!report.trimEnd().endsWith("</testsuites>")) return null;
  const tests: TestCase[] = [];
  /** The first is the file. */
  const suites: string[] = [];
  let test: TestCase | null = null;
  for (const { name, attributes, kind, text } of tagsIn(report)) {
    if (name === "testsuite") {
      if (kind === "opens") suites.push(attributes["name"] ?? "");
      if (kind === "closes") suites.pop();
    }
    if (name === "testcase" && kind !== "closes") test = testOf(attributes, suites.slice(1));
    if (test !== null && name === "skipped")
      test = { ...test, status: attributes["message"] === "TODO" ? "todo" : "skipped" };
    if (test !== null && name === "failure" && kind !== "closes") {
      const { type = "", message = "" } = attributes;
      test = { ...test, status: "failed", failure: { type, message, text } };
    }
    if (test !== null && name === "testcase" && kind !== "opens") {
      tests.push(test);
      test = null;
    }
  }
  return tests;
}

const testOf = (
  { name = "", line, time }: Readonly<Record<string, string>>,
  suites: readonly string[],
): TestCase => ({
  suites,
  name,
  line: line === undefined ? null : Number(line),
  tookMs: Number(time ?? 0) * 1_000,
  status: "passed",
  failure: null,
});
