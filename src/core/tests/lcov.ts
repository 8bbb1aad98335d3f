/** Coverage as lcov(1) has it ("tracefile"): lines are joined by adding up how often each was run. */

export interface FileCoverage {
  readonly file: string;
  /** How often each line was run, by its number. */
  readonly lines: ReadonlyMap<number, number>;
  readonly functions: number;
  /** Bun does not name them: of several processes, the one that ran the most tells. */
  readonly functionsRun: number;
  /** Of several processes, each may have run others. */
  readonly functionsRunAtMost: number;
}

export function readLcov(text: string): readonly FileCoverage[] {
  return text.split(/^end_of_record$/mu).flatMap((record) => {
    const file = /^SF:(.+)$/mu.exec(record)?.[1];
    if (file === undefined) return [];
    const lines = [...record.matchAll(/^DA:(\d+),(\d+)/gmu)].map(
      ([, line, times]) => [Number(line), Number(times)] as const,
    );
    const number = (key: string): number =>
      Number(new RegExp(`^${key}:(\\d+)$`, "mu").exec(record)?.[1] ?? 0);
    const functionsRun = number("FNH");
    return [
      {
        file,
        lines: new Map(lines),
        functions: number("FNF"),
        functionsRun,
        functionsRunAtMost: functionsRun,
      },
    ];
  });
}

export function joinCoverage(all: readonly FileCoverage[]): readonly FileCoverage[] {
  const byFile = new Map<string, FileCoverage>();
  for (const one of all) {
    const other = byFile.get(one.file);
    byFile.set(one.file, other === undefined ? one : joined(other, one));
  }
  return [...byFile.values()].toSorted((a, b) => (a.file < b.file ? -1 : 1));
}

function joined(one: FileCoverage, other: FileCoverage): FileCoverage {
  const lines = new Map(one.lines);
  for (const [line, times] of other.lines) lines.set(line, (lines.get(line) ?? 0) + times);
  const functions = Math.max(one.functions, other.functions);
  const atMost = Math.min(functions, one.functionsRunAtMost + other.functionsRunAtMost);
  const isWhole = [...lines.values()].every((times) => times > 0);
  return {
    file: one.file,
    lines,
    functions,
    functionsRun: isWhole ? atMost : Math.max(one.functionsRun, other.functionsRun),
    functionsRunAtMost: atMost,
  };
}

export const linesRun = ({ lines }: FileCoverage): number =>
  [...lines.values()].filter((times) => times > 0).length;

/** 0 to 1. Files without lines or functions lack none. */
export const shareRun = (part: number, all: number): number => (all === 0 ? 1 : part / all);

export const writeLcov = (files: readonly FileCoverage[]): string => files.map(record).join("");

const record = (coverage: FileCoverage): string => {
  const { file, lines, functions, functionsRun } = coverage;
  return [
    "TN:",
    `SF:${file}`,
    `FNF:${functions}`,
    `FNH:${functionsRun}`,
    ...[...lines].toSorted(([a], [b]) => a - b).map(([line, times]) => `DA:${line},${times}`),
    `LF:${lines.size}`,
    `LH:${linesRun(coverage)}`,
    "end_of_record",
    "",
  ].join("\n");
};
