/** Results as GitHub Actions shows them: annotations beside the lines, and the summary of a step. */
import { isMoreThanTests, isFailing, type TestReport } from "../../core/tests/report.ts";
import { fullName, type TestFileResult } from "../../core/tests/test-file.ts";

/** "Setting an error message" of GitHub's workflow commands: what would end the command is escaped. */
const data = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

interface Annotation {
  readonly level: "error" | "warning";
  /** null: it is about all of the run. */
  readonly file: string | null;
  readonly line: number | null;
  readonly title: string;
  readonly message: string;
}

const command = ({ level, file, line, title, message }: Annotation): string => {
  const at = line === null ? "" : `line=${line},`;
  const where = file === null ? "" : `file=${property(file)},${at}`;
  return `::${level} ${where}title=${property(title)}::${data(message)}`;
};

/** GitHub shows ten of a step. `below`: where the files' names begin, seen from the root of the repository. */
export const annotations = (report: TestReport, below: string): readonly string[] =>
  [...ofRun(report), ...report.files.flatMap((result) => [...failures(result), ...warnings(result)])].map(
    (each) =>
      command({ ...each, file: each.file === null || below === "" ? each.file : `${below}/${each.file}` }),
  );

/** Why it is no pass although no file says so. */
function ofRun({ notRun, complaints }: TestReport): readonly Annotation[] {
  const error = { level: "error", file: null, line: null } as const;
  return [
    ...complaints.map((message) => ({ ...error, title: "not passed", message })),
    ...(notRun.length === 0 ? [] : [{ ...error, title: "not run", message: shortList(notRun) }]),
  ];
}

/** Nothing in it is taken for a command (`::add-mask::`, or of old `##[add-mask]`, …). `token`: nobody can guess it. */
export const withoutCommands = (text: string, token: string): string =>
  /::|##\[/u.test(text) ? `::stop-commands::${token}\n${text}\n::${token}::` : text;

/** Bun's own commands there: it groups what a file says, and has an annotation for each failure, as we have. */
export const withoutBunsCommands = (text: string): string =>
  text.replaceAll(/^::group::/gmu, "").replaceAll(/^::(?:endgroup::|error file=).*\n?/gmu, "");

function failures(result: TestFileResult): readonly Annotation[] {
  if (!isFailing(result)) return [];
  const { file, tests, verdict, evidence, running } = result;
  const failed = tests.filter(({ status }) => status === "failed");
  const whole: Annotation = {
    level: "error",
    file,
    line: running?.line ?? null,
    title: verdict,
    message: `${file} ${evidence ?? ""}`,
  };
  return [
    ...failed.map((test): Annotation => {
      const message = test.failure?.text || test.failure?.message || "failed";
      return { level: "error", file, line: test.line, title: fullName(test) || "(unnamed)", message };
    }),
    ...(isMoreThanTests(result) ? [whole] : []),
  ];
}

function warnings({ file, flaky, attempts, leftovers, verdict }: TestFileResult): readonly Annotation[] {
  const warning = { level: "warning", file, line: null } as const;
  const names = leftovers.map(({ command: name }) => name).join(", ");
  return [
    ...(flaky
      ? [{ ...warning, title: "flaky", message: `${file} failed, and passed at attempt ${attempts}` }]
      : []),
    ...(leftovers.length > 0 && verdict !== "leaked"
      ? [{ ...warning, title: "left behind", message: `${file} left behind: ${names}` }]
      : []),
  ];
}

/** In a table cell nothing may end the cell or begin a tag. */
const cell = (text: string): string =>
  text.replace(/[\\`*_[\]<>|&~#]/g, (character) => `&#${character.charCodeAt(0)};`).replaceAll(/\s+/g, " ");

const MOST_ROWS = 50;

const shortList = (names: readonly string[]): string => {
  const more = names.length - MOST_ROWS;
  return names.slice(0, MOST_ROWS).join(", ") + (more > 0 ? `, and ${more} more` : "");
};

/** Markdown for $GITHUB_STEP_SUMMARY. */
export function stepSummary({ files, totals, ok, flaky, notRun, complaints, tookMs }: TestReport): string {
  const failing = files.filter(isFailing);
  const rows = [...failing, ...files.filter((file) => !isFailing(file))].slice(0, MOST_ROWS);
  const { passed, failed, errors, skipped, todo } = totals;
  return [
    `### ${ok ? "Passed" : "Failed"}: ${totals.files} test ${totals.files === 1 ? "file" : "files"} in ${(tookMs / 1_000).toFixed(1)} s`,
    "",
    `${passed} passed, ${failed} failed, ${errors} ${errors === 1 ? "error" : "errors"}, ${skipped + todo} skipped`,
    ...(flaky.length === 0 ? [] : ["", `Flaky: ${flaky.map(cell).join(", ")}`]),
    ...(notRun.length === 0 ? [] : ["", `Not run: ${cell(shortList(notRun))}`]),
    ...complaints.flatMap((each) => ["", `Not passed: ${cell(each)}`]),
    "",
    "| file | verdict | time | CPU | peak memory | |",
    "|---|---|--:|--:|--:|---|",
    ...rows.map(row),
    ...(files.length > rows.length ? ["", `and ${files.length - rows.length} more`] : []),
    "",
  ].join("\n");
}

const seconds = (ms: number | null): string => (ms === null ? "" : `${(ms / 1_000).toFixed(2)} s`);

const row = ({ file, verdict, tookMs, cpuMs, peakMemoryBytes, evidence }: TestFileResult): string => {
  const memory = peakMemoryBytes === null ? "" : `${Math.round(peakMemoryBytes / 1_024 ** 2)} MB`;
  return `| ${cell(file)} | ${verdict} | ${seconds(tookMs)} | ${seconds(cpuMs)} | ${memory} | ${cell(evidence ?? "")} |`;
};
