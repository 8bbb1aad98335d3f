/** Runs of benchmarks and test files, as the page shows them: the documents of `bun-isolate … --json`. Pure. */
import type { BenchReport } from "../../../core/bench/report.ts";
import type { TestReport } from "../../../core/tests/report.ts";
import { formatMs } from "../../../render/bench/time.ts";
import type { Tone } from "./verdict.ts";
import { duration, several, sizeWords, UNKNOWN } from "./words.ts";

type IsolatedKind = "bench" | "test";

interface Ran {
  readonly file: string;
  readonly at: string;
  readonly tookMs: number;
  readonly exitCode: number;
}

export type RunDocument = Ran &
  (
    | { readonly kind: "bench"; readonly document: BenchReport | null }
    | { readonly kind: "test"; readonly document: TestReport | null }
  );

export interface BenchmarksDocument {
  readonly running: { readonly kind: IsolatedKind; readonly file: string; readonly at: string } | null;
  readonly files: {
    readonly bench: readonly string[];
    readonly test: readonly string[];
    readonly isCut: boolean;
  };
  /** What is known of test files from all their runs. */
  readonly tests: readonly {
    readonly file: string;
    readonly tookMs: number | null;
    readonly flakyRuns: number;
    readonly lastFlakyMs: number | null;
  }[];
  /** Asked for from a page; the newest first. */
  readonly runs: readonly RunDocument[];
}

/** With a tone where it is no good news. */
export type RunCell = string | { readonly words: string; readonly tone: Tone };

interface RunWords {
  readonly verdict: string;
  readonly tone: Tone;
  /** Headings, then rows; empty where nothing is known any more. */
  readonly headings: readonly string[];
  readonly rows: readonly (readonly RunCell[])[];
  /** Sentences. */
  readonly notes: readonly string[];
}

export function runWords(run: RunDocument): RunWords {
  const verdict = run.exitCode === 0 ? "passed" : `failed, code ${run.exitCode}`;
  const tone = run.exitCode === 0 ? "good" : "bad";
  if (run.document === null)
    return { verdict, tone, headings: [], rows: [], notes: ["Its result was too large to be kept."] };
  const rest = run.kind === "bench" ? benchWords(run.document) : testWords(run.document);
  return { verdict, tone, ...rest };
}

function benchWords({ benchmarks, noise }: BenchReport): Omit<RunWords, "verdict" | "tone"> {
  return {
    headings: ["Benchmark", "Median", "±", "Fastest", "p99", "Trials", "Target"],
    rows: benchmarks.map(({ name, summary, trials, target, targetMet }) => [
      name,
      ...(summary === null
        ? [UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN]
        : [
            formatMs(summary.median),
            summary.margin === null ? UNKNOWN : `${(summary.margin * 100).toFixed(1)} %`,
            formatMs(summary.min),
            formatMs(summary.p99),
          ]),
      String(trials.length),
      target === null
        ? UNKNOWN
        : targetMet === false
          ? { words: `${formatMs(target)}, missed`, tone: "bad" }
          : formatMs(target),
    ]),
    notes: [
      ...benchmarks.flatMap(({ name, failure }) => (failure === null ? [] : [`${name}: ${failure}`])),
      ...noise,
    ],
  };
}

function testWords({ files, complaints }: TestReport): Omit<RunWords, "verdict" | "tone"> {
  return {
    headings: ["File", "Verdict", "Passed", "Failed", "Took", "CPU", "Peak"],
    rows: files.map(({ file, verdict, counts, tookMs, cpuMs, peakMemoryBytes }) => [
      file,
      verdict === "passed" ? verdict : { words: verdict, tone: "bad" },
      String(counts.passed),
      String(counts.failed + counts.errors),
      duration(tookMs),
      cpuMs === null ? UNKNOWN : duration(cpuMs),
      sizeWords(peakMemoryBytes),
    ]),
    notes: [
      ...files.flatMap(({ file, evidence }) => (evidence === null ? [] : [`${file}: ${evidence}`])),
      ...files.flatMap(({ tests }) =>
        tests.flatMap(({ name, line, failure }) =>
          failure === null
            ? []
            : [`${name}${line === null ? "" : ` (line ${line})`}: ${oneLine(failure.message)}`],
        ),
      ),
      ...files.flatMap(({ file, leftovers }) =>
        leftovers.length === 0
          ? []
          : [
              `${file} left behind ${several(leftovers.length, "process", "processes")}, which ${leftovers.length === 1 ? "was" : "were"} ended`,
            ],
      ),
      ...complaints,
    ],
  };
}

/** Whose name says what it is. */
export const runKindOf = (file: string, { bench }: BenchmarksDocument["files"]): IsolatedKind =>
  bench.includes(file) || /\.bench\.[cm]?[jt]sx?$/u.test(file) ? "bench" : "test";

const oneLine = (text: string): string =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("; ");
