/** A whole frame of the screen of apps. Pure: the same state and size give the same lines. */
import {
  appsInLines,
  instanceName,
  lastExitCell,
  PAINT_OF_STATE,
  stateCell,
} from "../../render/apps/table.ts";
import { wrap } from "../../render/notes.ts";
import { formatDuration, formatTime } from "../../text/duration.ts";
import { printable } from "../../text/mask.ts";

import { bold, dim, formatPercent, green, plural, red, yellow } from "../../text/style.ts";
import { cut } from "../../text/table.ts";
import { bytes, duration } from "../../text/wording.ts";
import type { InstanceDocument } from "../../wire/manager.ts";
import type { Size } from "../layout.ts";
import { selectedAt } from "../listing.ts";
import { cpuSparkline, KEPT } from "../meters.ts";
import { ends, keyLine, page, planOf, selectable, type LiveField, type Parts } from "../page.ts";
import { appBoxLines } from "./boxes.ts";
import { appDetails } from "./details.ts";
import { appEntries, isAscending, type AppEntry, type AppsState } from "./state.ts";

export const appsFrame = (state: AppsState, size: Size): readonly string[] =>
  page(size, partsOf(state, size));

/** Lines that the table shows, for who moves by pages. */
export const appsPage = (state: AppsState, size: Size): number => planOf(size, partsOf(state, size)).table;

function partsOf(state: AppsState, size: Size): Parts {
  const { columns } = size;
  const entries = appEntries(state);
  const at = selectedAt(entries, state);
  const selected = entries[at];
  const empty = entries.length === 0 ? nothing(state, columns) : [];
  return {
    head: headLines(state, columns),
    tableLines: Math.max(entries.length, empty.length),
    table: (visible) =>
      entries.length === 0
        ? empty.slice(0, visible + 1)
        : selectable(
            state,
            {
              fields: hasNamespaces(state) ? WITH_NAMESPACE : FIELDS,
              rows: entries,
              selected: at,
              isAscending,
              paint: ({ instance }, line) => PAINT_OF_STATE[instance.state](line),
            },
            columns,
            visible,
          ),
    details: selected === undefined ? [] : appDetails(selected, state.seen?.at ?? 0, columns),
    notices: appNotices(state),
    footer: keyLine(state, hints(state, selected), columns),
    box: appBoxLines(state, size),
  };
}

const hasNamespaces = ({ seen }: AppsState): boolean =>
  seen?.apps.some(({ spec }) => spec.namespace !== "default") === true;

const nameCell = (row: AppEntry): string => printable(instanceName(row));

const startedAgo = ({ startedMs }: InstanceDocument, { seen }: AppsState): string =>
  startedMs === null || seen === null ? "" : formatDuration(seen.at - startedMs);

/** From here on there is room for the last exit: it takes what is left of the line, and below here the name does. */
const WIDE = 96;
const LONGEST_NAME = 30;

const FIELDS: readonly LiveField<AppEntry, AppsState>[] = [
  {
    title: "ID",
    sort: "id",
    align: "right",
    atLeast: 3,
    from: 0,
    cell: ({ instance }) => String(instance.id),
  },
  { title: "NAME", sort: "name", atLeast: 12, flexible: true, from: 0, below: WIDE, cell: nameCell },
  { title: "NAME", sort: "name", atLeast: 12, from: WIDE, cell: (row) => cut(nameCell(row), LONGEST_NAME) },
  {
    title: "STATE",
    atLeast: 13,
    from: 0,
    cell: ({ instance }, { seen }) => stateCell(instance, seen?.at ?? 0),
  },
  {
    title: "PID",
    align: "right",
    atLeast: 7,
    from: 79,
    cell: ({ instance }) => (instance.root === null ? "" : String(instance.root.pid)),
  },
  {
    title: "UP",
    sort: "uptime",
    align: "right",
    atLeast: 7,
    from: 70,
    cell: ({ instance }, state) => startedAgo(instance, state),
  },
  {
    title: "RESTARTS",
    sort: "restarts",
    align: "right",
    atLeast: 9,
    from: 61,
    cell: ({ instance }) => String(instance.restarts),
  },
  {
    title: "CPU",
    sort: "cpu",
    align: "right",
    atLeast: 5,
    from: 42,
    cell: ({ instance }) => (instance.cpuPercent === null ? "" : formatPercent(instance.cpuPercent)),
  },
  {
    title: "",
    atLeast: KEPT,
    from: 110,
    cell: ({ instance }, { percents }) => cpuSparkline(percents.get(instance.id) ?? []),
  },
  {
    title: "MEMORY",
    sort: "memory",
    align: "right",
    atLeast: 7,
    from: 50,
    cell: ({ instance }) => (instance.memoryBytes === null ? "" : bytes(instance.memoryBytes)),
  },
  {
    title: "LAST EXIT",
    flexible: true,
    from: WIDE,
    cell: ({ instance }) => lastExitCell(instance),
  },
];

const WITH_NAMESPACE: readonly LiveField<AppEntry, AppsState>[] = FIELDS.flatMap((field) =>
  field.title === "STATE"
    ? [
        { title: "NAMESPACE", atLeast: 9, from: WIDE, cell: ({ app }) => printable(app.spec.namespace) },
        field,
      ]
    : [field],
);

function nothing({ seen, filter }: AppsState, columns: number): readonly string[] {
  if (seen === null) return [""];
  if (filter !== "" && seen.apps.length > 0) return [yellow(` No row has "${filter}".`)];
  return appsInLines(seen, columns).flatMap((line) => wrap(line, columns - 2).map((each) => ` ${each}`));
}

export function appNotices({ notices, trouble, seen }: AppsState): readonly string[] {
  const paint = { doing: yellow, done: green, failed: red } as const;
  return [
    ...(seen?.failures ?? []).map((failure) => yellow(` ${failure}`)),
    ...notices.map(({ kind, text }) => paint[kind](` ${text}`)),
    ...(trouble === null ? [] : [red(` ${trouble}`)]),
  ];
}

function hints(
  { paused }: AppsState,
  selected: AppEntry | undefined,
): readonly (readonly [key: string, meaning: string])[] {
  return [
    ["?", "help"],
    ["q", "quit"],
    ["x", "stop"],
    ["r", selected?.instance.state === "stopped" ? "start" : "restart"],
    ["↑↓", "select"],
    ["/", "filter"],
    ["space", paused ? "go on" : "pause"],
    ["i n c m u e", "sort"],
  ];
}

function headLines(state: AppsState, columns: number): readonly string[] {
  const { seen } = state;
  const title = ends(` ${bold("bunctl")}  ${managing(state)}`, `${clock(state)} `, columns);
  if (seen === null || seen.apps.length === 0) return [title, ""];
  const instances = seen.apps.flatMap((app) => app.instances);
  const counted = Map.groupBy(instances, ({ state: its }) => its);
  const states = [...counted].map(([its, all]) => PAINT_OF_STATE[its](`${all.length} ${its}`));
  const cpu = instances.reduce((sum, { cpuPercent }) => sum + (cpuPercent ?? 0), 0);
  const memory = instances.reduce((sum, { memoryBytes }) => sum + (memoryBytes ?? 0), 0);
  const sums = [
    plural(seen.apps.length, "app"),
    states.join(", "),
    `${formatPercent(cpu)} CPU`,
    bytes(memory),
  ];
  return [title, ` ${sums.join(" · ")}`, ""];
}

function managing({ seen }: AppsState): string {
  if (seen === null) return dim("looking …");
  const { manager, at } = seen;
  return manager === null
    ? yellow("no manager runs")
    : `manager ${manager.pid} ${dim(`up ${duration(at - manager.sinceMs)}`)}`;
}

function clock({ seen, paused, trouble }: AppsState): string {
  const time = seen === null ? "" : formatTime(seen.at);
  if (paused) return yellow(`paused  ${time}`);
  return trouble === null ? dim(time) : red(`as of ${time}`);
}
