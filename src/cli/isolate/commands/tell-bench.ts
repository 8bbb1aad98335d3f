/** Measures and tells of it: the progress meanwhile, the figures at the end, and the files that were asked for. */
import { exitCodeOf } from "../../../core/bench/outcome.ts";
import { benchEnding } from "../../../render/bench/ending.ts";
import { benchMarkdown } from "../../../render/bench/markdown.ts";
import { benchProgress } from "../../../render/bench/progress.ts";
import { runBenchSession, type BenchWish } from "../../../runner/bench/session.ts";
import { isQuiet } from "../../../text/quiet.ts";
import { terminalLine } from "../../../text/terminal-line.ts";
import { benchCsv } from "../../../wire/documents/bench-csv.ts";
import { writeOut } from "../../printing.ts";
import { type Interruption, interruption } from "./interruption.ts";
import { requireWritable, writeDocument } from "./documents.ts";

const EXPORTS = ["json", "markdown", "csv"] as const;
type ExportKind = (typeof EXPORTS)[number];

export interface BenchTelling {
  readonly json: boolean;
  /** Files that are written; null = none. */
  readonly exports: Readonly<Record<ExportKind, string | null>>;
  readonly failOnSlower: boolean;
}

const UNHEARD: Interruption = { signal: new AbortController().signal, codeOr: (code) => code };

/** Resolves to the exit code: 0, 1 = a failure or a missed target, 128 + n = a signal ended it. */
export async function measureAndTell(
  wish: Omit<BenchWish, "signal">,
  telling: BenchTelling,
): Promise<number> {
  const paths = EXPORTS.flatMap((kind) => telling.exports[kind] ?? []);
  for (const path of paths) requireWritable(path);
  // in this process nothing was started that would have to be ended, and a function that spins hears of no signal
  const { signal, codeOr } = wish.inProcess ? UNHEARD : interruption();
  const progress = benchProgress(telling.json || isQuiet());
  const { report, notes } = await runBenchSession(
    { ...wish, signal },
    {
      onTurn: ({ name }, _trial, turn, turns) => progress.turn(name, turn, turns),
      onOutput: (text) => {
        if (text === "" || isQuiet()) return;
        progress.clear();
        process.stderr.write(
          text
            .split("\n")
            .map((line) => terminalLine(line, false))
            .join("\n"),
        );
      },
    },
  ).finally(() => progress.end());
  const document = `${JSON.stringify(report)}\n`;
  if (telling.json) writeOut(document);
  else console.log(benchEnding(report, notes, telling));
  const texts = { json: () => document, markdown: () => benchMarkdown(report), csv: () => benchCsv(report) };
  for (const kind of EXPORTS) {
    const path = telling.exports[kind];
    if (path === null) continue;
    // a part of the results would take the place of an earlier whole
    const into = signal.aborted ? `${path}.partial` : path;
    writeDocument(into, texts[kind]());
    if (signal.aborted) console.error(`It was ended early: what was measured until then is in ${into}`);
  }
  return codeOr(exitCodeOf(report, telling));
}
