/** What one `bun test` run says, from its output. */

/** Starts a line on standard error that gives the reason of a skip: test/support/skip.ts. */
export const SKIP_MARKER = "[skipped part] ";

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface FileResult extends Counts {
  readonly file: string;
  /** Reasons given for skips, each once. */
  readonly reasons: readonly string[];
  readonly output: string;
}

export interface Run {
  readonly file: string;
  readonly exitCode: number;
  readonly output: string;
}

// oxlint-disable-next-line no-control-regex -- to find them is the purpose
const ANSI = /\u001b\[[0-9;]*m/g;

/**
 * Counts from bun's own summary, the block above "Ran N tests across": anything before it may be the output of
 * a nested `bun test`. A run that failed without a failed test (crash, time limit, no tests) counts as one failure.
 */
export function parseRun({ file, exitCode, output }: Run): FileResult {
  const lines = output.replace(ANSI, "").split("\n");
  const count = countIn(summaryBlock(lines));
  const failed = count("fail") + count("error");
  const passed = count("pass");
  const skipped = count("skip") + count("todo");
  const broken = failed === 0 && (exitCode !== 0 || passed + skipped === 0);
  const reasons = lines
    .filter((line) => line.startsWith(SKIP_MARKER))
    .map((line) => line.slice(SKIP_MARKER.length).trim());
  return { file, passed, failed: broken ? 1 : failed, skipped, reasons: [...new Set(reasons)], output };
}

function summaryBlock(lines: readonly string[]): readonly string[] {
  const end = lines.findLastIndex((line) => /^Ran \d+ tests? across /.test(line));
  if (end < 0) return [];
  const start = lines.findLastIndex((line, index) => index < end && line.trim() === "");
  return lines.slice(start + 1, end);
}

const countIn =
  (block: readonly string[]) =>
  (what: string): number => {
    const line = block.find((each) => new RegExp(`^ *\\d+ ${what}s?$`).test(each));
    return line === undefined ? 0 : Number.parseInt(line, 10);
  };

/** The last line of the run, alone on it: other programs read it. */
export const totals = (results: readonly Counts[]): string => {
  const sum = (pick: (counts: Counts) => number): number =>
    results.reduce((total, counts) => total + pick(counts), 0);
  const skipped = sum((counts) => counts.skipped);
  return (
    `${sum((counts) => counts.passed)} passed, ${sum((counts) => counts.failed)} failed` +
    (skipped > 0 ? `, ${skipped} skipped` : "")
  );
};
