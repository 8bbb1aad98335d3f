/** Results as JSON, Markdown and CSV, with names that would be something else in one of them. */
import { describe, expect, test } from "bun:test";
import type { BenchmarkResult, BenchReport } from "../../../src/core/bench/report.ts";
import { benchMarkdown } from "../../../src/render/bench/markdown.ts";
import { printable } from "../../../src/text/mask.ts";
import { benchCsv } from "../../../src/wire/documents/bench-csv.ts";
import { readBenchReport } from "../../../src/core/bench/parse-report.ts";

const HOSTILE = [
  "a|b",
  "a\\|b\\",
  "two\nlines\r\n| and | a | row |",
  "=cmd|' /C calc'!A0",
  "+1+1",
  "-2",
  "@SUM(1)",
  " \t=1+1",
  'quoted "name", with commas,',
  "`code` *bold* __bold__ ~~gone~~ $math$",
  "<img src=x onerror=alert(1)> &amp; &lt;",
  "[link](javascript:alert(1)) ![image](x)",
  "# head",
  "--- | ---",
  "\u001B[2Jcleared\u0000",
  "__proto__",
  "数|据",
];

function resultOf(name: string): BenchmarkResult {
  return {
    name,
    group: "commands",
    category: name,
    file: null,
    export: null,
    command: name,
    parameters: { [`of ${name}`]: name },
    target: 2,
    targetMet: false,
    failure: name,
    trials: [],
    summary: {
      count: 3,
      min: 1,
      max: 4,
      mean: 2.5,
      median: 2.25,
      p75: 3,
      p99: 4,
      mad: 0.5,
      outliers: 0,
      margin: 0.012,
      peakMemoryBytes: null,
      cpuMs: 7,
    },
  };
}

const report: BenchReport = {
  schemaVersion: 1,
  at: "2026-01-01T00:00:00.000Z",
  environment: { bun: "1", nodeEnv: null, os: "Linux", arch: "x64", cpu: "A|B", cores: 2, memoryBytes: 1 },
  noise: HOSTILE,
  benchmarks: HOSTILE.map(resultOf),
  comparisons: HOSTILE.map((name) => ({
    name,
    against: { kind: "fastest", name },
    counts: [10, 10],
    by: "CPU time",
    test: "Mann-Whitney U",
    estimator: "Hodges-Lehmann",
    verdict: "slower",
    ratio: 1.1,
    interval: [1.05, 1.16],
    needed: null,
    u: 90,
    p: 0.001,
  })),
};

test("JSON says the same when it is read again", () => {
  expect(readBenchReport(JSON.stringify(report), "results.json")).toEqual(report);
});

const textOf = (html: string): string =>
  html
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
const insideOf = (html: string, tag: string): readonly string[] =>
  [...html.matchAll(new RegExp(`<${tag}[^>]*>(.*?)</${tag}>`, "gsu"))].map(([, inside = ""]) => inside);

describe("Markdown, as a parser reads it", () => {
  const html = Bun.markdown.html(benchMarkdown(report));

  test("has a row of seven cells for each benchmark, with its name as text", () => {
    const rows = insideOf(html, "tr").slice(1);
    expect(rows.map((row) => insideOf(row, "td").length)).toEqual(HOSTILE.map(() => 7));
    expect(rows.map((row) => textOf(insideOf(row, "td")[0] ?? ""))).toEqual(
      HOSTILE.map((name) => printable(name).trim()),
    );
    expect(insideOf(rows[0] ?? "", "td").slice(1)).toEqual([
      "2.25 ms",
      "2.50 ms ± 1.2 %",
      "1.00 ms",
      "4.00 ms",
      "3 in 0",
      "2.00 ms, <strong>missed</strong>",
    ]);
  });

  test("has a line for each comparison, failure and warning", () => {
    const lines = insideOf(html, "li").map((each) => textOf(each.trim()));
    expect(lines.length).toBe(3 * HOSTILE.length);
    expect(lines[0]).toBe(
      "a|b: <strong>slower</strong> than a|b, 1.10x (Mann-Whitney U, by CPU time, 1.05x to 1.16x, p = 0.001)",
    );
    expect(lines.at(-1)).toBe("Warning: 数|据");
  });

  test("has no other element than those that we have written", () => {
    const tags = new Set([...html.matchAll(/<([a-z0-9]+)/gu)].map(([, tag]) => tag ?? ""));
    expect([...tags].toSorted()).toEqual(
      ["li", "p", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"].toSorted(),
    );
  });
});

/** RFC 4180. */
function readCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]];
  for (const [, quoted, bare = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gu)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? bare);
    if (end === "\r\n") rows.push([]);
  }
  return rows.slice(0, -1);
}

const asText = (name: string): string =>
  (/^\s*[=+\-@]/u.test(name) ? `'${name}` : name)
    .replaceAll("\u0000", "\uFFFD")
    .replaceAll("\u001B", "\uFFFD");

describe("CSV", () => {
  const [heads = [], ...rows] = readCsv(benchCsv(report));

  test("has a line for each benchmark, and all of them are equally long", () => {
    expect(rows.length).toBe(HOSTILE.length);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([heads.length]));
    expect(heads.slice(0, 6)).toEqual(["name", "group", "category", "median_ms", "mean_ms", "margin"]);
    expect(rows[0]?.slice(0, 6)).toEqual(["a|b", "commands", "a|b", "2.25", "2.5", "0.012"]);
  });

  test("has names as they are, and a formula as a text", () => {
    expect(rows.map(([name]) => name)).toEqual(HOSTILE.map(asText));
    expect(rows.flat().filter((cell) => /^\s*[=+@]/u.test(cell))).toEqual([]);
  });

  test("has a column for each parameter", () => {
    expect(heads).toContain("parameter_of a|b");
    expect(rows[0]?.[heads.indexOf("parameter_of a|b")]).toBe("a|b");
    expect(rows[1]?.[heads.indexOf("parameter_of a|b")]).toBe("");
  });
});
