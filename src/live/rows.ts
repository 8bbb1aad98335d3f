/** The table: columns that fit the terminal, a window around the selected row. */
import { bytes } from "../text/wording.ts";
import { formatDuration } from "../text/duration.ts";
import { shortCommand, shortenPaths } from "../render/command-name.ts";
import { paintOf, verdictCell } from "../render/row.ts";
import { dim, formatPercent } from "../text/style.ts";
import { cpuOf, type LiveEntry } from "./entries.ts";
import { selectedAt } from "./listing.ts";
import { KEPT, cpuSparkline } from "./meters.ts";
import { selectable, type LiveField } from "./page.ts";
import type { State } from "./state.ts";

/** A verdict without its rule, where there is no room for both. */
const BRIEF_BELOW = 60;

const FIELDS: readonly LiveField<LiveEntry, State>[] = [
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

const ASCENDING: ReadonlySet<string> = new Set(["pid", "command"]);

export const tableLines = (
  state: State,
  entries: readonly LiveEntry[],
  columns: number,
  visible: number,
): readonly string[] =>
  selectable(
    state,
    {
      fields: FIELDS,
      rows: entries,
      selected: selectedAt(entries, state),
      isAscending: (sort) => ASCENDING.has(sort),
      paint: ({ row }, line) => (row === null ? dim(line) : paintOf(row)(line)),
      heading: ({ heading }) => heading,
    },
    columns,
    visible,
  );
