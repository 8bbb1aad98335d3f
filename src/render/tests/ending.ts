/** What is printed at the end of a run: the failures once more, what each file cost, and the sums. */
import { isFailing, type TestReport } from "../../core/tests/report.ts";
import { fullName, type TestCase, type TestFileResult } from "../../core/tests/test-file.ts";
import { printable } from "../../text/mask.ts";
import { bold, dim, dimHeader, green, lineWidth, plural, red, yellow } from "../../text/style.ts";
import { type Column, table } from "../../text/table.ts";
import { bytes } from "../../text/wording.ts";
import { countWords, seconds } from "./file-block.ts";

interface EndingOptions {
  /** How a file is run again by itself. */
  readonly again: (file: string) => string;
  /** Every file has a row, and not only the slowest. */
  readonly all: boolean;
}

export function runEnding(report: TestReport, options: EndingOptions): string {
  const failing = report.files.filter(isFailing);
  const failures =
    failing.length === 0 ? [] : [bold("Failures"), "", ...failing.map((each) => failure(each, options))];
  return [...failures, ...costs(report.files, options.all), "", ...notes(report), sums(report)].join("\n");
}

const MOST_TESTS = 10;
const MOST_LINES = 6;

function failure(result: TestFileResult, { again }: EndingOptions): string {
  const { file, verdict, evidence, tests } = result;
  const failed = tests.filter(({ status }) => status === "failed");
  const more = failed.length - MOST_TESTS;
  return [
    `${red("✘")} ${bold(printable(file, 1_000))}  ${red(verdict)}: ${printable(evidence ?? "", 1_000)}`,
    ...failed.slice(0, MOST_TESTS).flatMap((test) => failedTest(file, test)),
    ...(more > 0 ? [dim(`  and ${plural(more, "more test")}`)] : []),
    dim(`  again: ${again(file)}`),
    "",
  ].join("\n");
}

/** Bun calls a hook that fails "(unnamed)". */
const nameOf = (test: TestCase): string =>
  /^(?:\(unnamed\))?$/u.test(test.name) ? "(a hook, or a test without a name)" : fullName(test);

function failedTest(file: string, test: TestCase): readonly string[] {
  const at = test.line === null ? "" : dim(`  ${printable(file, 1_000)}:${test.line}`);
  const lines = (test.failure?.message ?? "").split("\n").filter((line) => line.trim() !== "");
  return [
    `  ${printable(nameOf(test))}${at}`,
    ...lines.slice(0, MOST_LINES).map((line) => dim(`    ${printable(line)}`)),
    ...(lines.length > MOST_LINES ? [dim("    …")] : []),
  ];
}

const COLUMNS: readonly Column[] = [
  { title: "file", flexible: true },
  { title: "verdict" },
  { title: "tests", align: "right" },
  { title: "time", align: "right" },
  { title: "CPU", align: "right" },
  { title: "peak memory", align: "right" },
];

const SLOWEST = 10;

function costs(files: readonly TestFileResult[], all: boolean): readonly string[] {
  if (files.length < 2) return [];
  const shown = all ? files : files.slice(0, SLOWEST);
  const rows = shown.map(({ file, verdict, counts, tookMs, cpuMs, peakMemoryBytes }) => [
    printable(file, 1_000),
    verdict,
    String(counts.passed + counts.failed + counts.skipped + counts.todo),
    seconds(tookMs),
    cpuMs === null ? "" : seconds(cpuMs),
    peakMemoryBytes === null ? "" : bytes(peakMemoryBytes),
  ]);
  const title =
    files.length > shown.length
      ? `The ${shown.length} slowest of ${files.length} files`
      : "What each file cost";
  return [bold(title), "", ...table(COLUMNS, rows, lineWidth(), dimHeader)];
}

const MOST_NAMES = 10;

function named(files: readonly string[]): string {
  const names = files.slice(0, MOST_NAMES).map((file) => printable(file, 1_000));
  const more = files.length - names.length;
  return [...names, ...(more > 0 ? [`and ${plural(more, "more file")}`] : [])].join(", ");
}

function notes({ flaky, notRun, complaints, files }: TestReport): readonly string[] {
  const alive = files.flatMap(({ survivors }) => survivors);
  return [
    ...(flaky.length === 0 ? [] : [yellow(`Flaky: ${named(flaky)}`)]),
    ...(notRun.length === 0 ? [] : [yellow(`Not run: ${named(notRun)}`)]),
    ...complaints.map((each) => red(`Not passed: ${printable(each, 1_000)}`)),
    ...alive.map(({ command, pid }) => red(`Still alive: ${printable(command)} (pid ${pid})`)),
  ];
}

function sums({ ok, totals, tookMs }: TestReport): string {
  const files = `${plural(totals.files, "file")}${totals.failing > 0 ? red(`, ${totals.failing} failing`) : ""}`;
  return `${ok ? green("✔") : red("✘")} ${files}  ${countWords(totals)}  ${dim(seconds(tookMs))}`;
}
