/** The table: columns that fit the terminal, a window around the selected row. */
import { bytes } from "../text/wording.ts";
import { formatDuration } from "../text/duration.ts";
import { shortCommand, shortenPaths } from "../render/command-name.ts";
import { paintOf, verdictCell } from "../render/row.ts";
import { bold, dim, formatPercent, inverse } from "../text/style.ts";
import { pad, table, type Column } from "../text/table.ts";
import { cpuOf, lineCount, selectedAt, type LiveEntry } from "./entries.ts";
import { windowStart } from "./layout.ts";
import { KEPT, cpuSparkline } from "./meters.ts";
import type { SortBy, State } from "./state.ts";

interface Field extends Column {
  readonly sort?: SortBy;
  readonly from: number;
  /** Left out on terminals with as many, or more. */
  readonly below?: number;
  readonly cell: (entry: LiveEntry, state: State) => string;
}

/** A verdict without its rule, where there is no room for both. */
const BRIEF_BELOW = 60;

const FIELDS: readonly Field[] = [
  {
    title: "PID",
    sort: "pid",
    align: "right",
    atLeast: 5,
    from: 0,
    cell: ({ process }) => String(process.id.pid),
  },
  {
    title: "AGE",
    sort: "age",
    align: "right",
    atLeast: 6,
    from: 70,
    cell: ({ process }) => formatDuration(process.ageMs),
  },
  {
    title: "CPU",
    sort: "cpu",
    align: "right",
    atLeast: 5,
    from: 0,
    cell: (entry, state) => {
      const percent = cpuOf(entry, state);
      return percent === null ? "?" : formatPercent(percent);
    },
  },
  {
    title: "",
    atLeast: KEPT,
    from: 92,
    cell: ({ key }, { meters }) => cpuSparkline(meters.get(key)?.percents ?? []),
  },
  {
    title: "MEMORY",
    sort: "memory",
    align: "right",
    atLeast: 7,
    from: 50,
    cell: ({ process }) => (process.memoryBytes === null ? "?" : bytes(process.memoryBytes)),
  },
  {
    title: "VERDICT",
    sort: "verdict",
    atLeast: 15,
    from: BRIEF_BELOW,
    cell: ({ row }) => (row === null ? "" : verdictCell(row)),
  },
  {
    title: "VERDICT",
    sort: "verdict",
    atLeast: 9,
    from: 0,
    below: BRIEF_BELOW,
    cell: ({ row }) => (row === null ? "" : (verdictCell(row).split(/[:,]/u)[0] ?? "")),
  },
  {
    title: "COMMAND",
    sort: "command",
    flexible: true,
    shorten: shortenPaths,
    from: 0,
    cell: ({ process, branch }) => branch + shortCommand(process.command, process.cwd),
  },
];

const ASCENDING: ReadonlySet<SortBy> = new Set(["pid", "command"]);

function titled(field: Field, { sort }: State): Column {
  if (field.sort !== sort.by) return field;
  const up = ASCENDING.has(sort.by) !== sort.reversed;
  return { ...field, title: `${field.title}${up ? "↑" : "↓"}` };
}

const MARK = "▸ ";
const NO_MARK = "  ";

export function tableLines(
  state: State,
  entries: readonly LiveEntry[],
  columns: number,
  visible: number,
): readonly string[] {
  const fields = FIELDS.filter(({ from, below = Infinity }) => columns >= from && columns < below);
  const cells = entries.map((entry) => fields.map(({ cell }) => cell(entry, state)));
  const [header = "", ...rows] = table(
    fields.map((field) => titled(field, state)),
    cells,
    columns - MARK.length,
  );
  const selected = selectedAt(entries, state);
  const line = (text: string, at: number): string =>
    at === selected
      ? inverse(painted(entries[at], pad(MARK + text, columns, "left")))
      : painted(entries[at], NO_MARK + text);
  const lines = rows.flatMap((text, at) => {
    const heading = entries[at]?.heading;
    return heading === undefined ? line(text, at) : [NO_MARK + heading, line(text, at)];
  });
  const start = windowStart(lineOf(entries, selected), lines.length, visible);
  return [bold(NO_MARK + header), ...lines.slice(start, start + visible)];
}

/** Where the row of that entry stands among all lines. */
const lineOf = (entries: readonly LiveEntry[], at: number): number =>
  at < 0 ? at : lineCount(entries.slice(0, at + 1)) - 1;

const painted = (entry: LiveEntry | undefined, line: string): string =>
  entry === undefined || entry.row === null ? dim(line) : paintOf(entry.row)(line);
