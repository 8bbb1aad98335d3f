/** The table of `--coverage`. */
import { linesRun, shareRun, type FileCoverage } from "../../core/tests/lcov.ts";
import { printable } from "../../text/mask.ts";
import { bold, dimHeader, lineWidth } from "../../text/style.ts";
import { type Column, table } from "../../text/table.ts";

const COLUMNS: readonly Column[] = [
  { title: "file", flexible: true },
  { title: "functions", align: "right" },
  { title: "lines", align: "right" },
];

const share = (part: number, all: number): string => `${(100 * shareRun(part, all)).toFixed(1)} %`;

export function coverageTable(files: readonly FileCoverage[]): string {
  const sum = (of: (file: FileCoverage) => number): number =>
    files.reduce((total, file) => total + of(file), 0);
  const rows = files.map((file) => [
    printable(file.file, 1_000),
    share(file.functionsRun, file.functions),
    share(linesRun(file), file.lines.size),
  ]);
  const all = [
    "all files",
    share(
      sum(({ functionsRun }) => functionsRun),
      sum(({ functions }) => functions),
    ),
    share(
      sum(linesRun),
      sum(({ lines }) => lines.size),
    ),
  ];
  return [bold("Coverage"), "", ...table(COLUMNS, [...rows, all], lineWidth(), dimHeader)].join("\n");
}
