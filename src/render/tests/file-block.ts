/** What is printed when a file has ended: one line, and what it said where somebody has to read that. */
import { isFailing } from "../../core/tests/report.ts";
import type { TestCounts, TestFileResult } from "../../core/tests/test-file.ts";
import { printable } from "../../text/mask.ts";
import { dim, green, red, yellow } from "../../text/style.ts";
import { terminalLine } from "../../text/terminal-line.ts";

interface BlockOptions {
  /** What a file that passed has said is printed too. */
  readonly verbose: boolean;
  readonly output: string;
}

export function fileBlock(result: TestFileResult, { verbose, output }: BlockOptions): string {
  const head = headLine(result);
  const isShown = isFailing(result) || verbose;
  return isShown && output.trim() !== "" ? `${head}\n${said(output)}\n` : head;
}

function headLine(result: TestFileResult): string {
  const { file, verdict, counts, tookMs, evidence, flaky, attempts, leftovers } = result;
  const took = dim(seconds(tookMs));
  const name = printable(file, 1_000);
  const tried =
    attempts > 1 ? yellow(flaky ? `  flaky: passed at attempt ${attempts}` : `  ${attempts} attempts`) : "";
  if (isFailing(result)) {
    const why = verdict === "failed" ? "" : ` ${printable(evidence ?? "", 1_000)}`;
    return [red(`✘ ${verdict}`), ` ${name}${why}`, ...spaced(countWords(counts)), `  ${took}${tried}`].join(
      "",
    );
  }
  const left = leftovers.length === 0 ? "" : yellow(`  left behind: ${leftoverWords(result)}`);
  return `${green("✔")} ${name}  ${countWords(counts)}  ${took}${tried}${left}`;
}

const spaced = (text: string): readonly string[] => (text === "" ? [] : [`  ${text}`]);

const leftoverWords = ({ leftovers }: TestFileResult): string =>
  printable(leftovers.map(({ command, pid }) => `${command} (pid ${pid})`).join(", "));

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;

/** Only what there is: "12 passed, 1 skipped". */
export function countWords({ passed, failed, errors, skipped, todo }: TestCounts): string {
  const words = [
    ...(failed > 0 ? [red(`${failed} failed`)] : []),
    ...(errors > 0 ? [red(`${errors} ${errors === 1 ? "error" : "errors"}`)] : []),
    ...(passed > 0 ? [`${passed} passed`] : []),
    ...(skipped > 0 ? [yellow(`${skipped} skipped`)] : []),
    ...(todo > 0 ? [yellow(`${todo} todo`)] : []),
  ];
  return words.join(", ");
}

/** Bun's own first line says its version and nothing else. */
const said = (output: string): string =>
  output
    .replace(/^bun test v[^\n]*\n+/u, "")
    .trim()
    .split("\n")
    .map((line) => `  ${terminalLine(line, false)}`)
    .join("\n");
