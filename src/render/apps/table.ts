/** `bunctl status`: a row for each instance. */
import type { InstanceState } from "../../core/app/app-state.ts";
import type { AppDocument, AppsDocument, InstanceDocument } from "../../wire/manager.ts";
import { UsageError } from "../../text/errors.ts";
import { formatDuration } from "../../text/duration.ts";
import { printable } from "../../text/mask.ts";
import { dim, dimHeader, formatPercent, green, plain, plural, red, yellow } from "../../text/style.ts";
import { typed } from "../../trust/typed.ts";
import { table, type Column } from "../../text/table.ts";
import { bytes } from "../../text/wording.ts";

export interface InstanceRow {
  readonly app: AppDocument;
  readonly instance: InstanceDocument;
}

const NAMESPACE: Column = { title: "namespace" };
const COLUMNS: readonly Column[] = [
  { title: "id", align: "right" },
  { title: "name" },
  { title: "state" },
  { title: "pid", align: "right" },
  { title: "up", align: "right" },
  { title: "restarts", align: "right" },
  { title: "cpu", align: "right" },
  { title: "memory", align: "right" },
  { title: "last exit", flexible: true },
];

export const PAINT_OF_STATE: Readonly<Record<InstanceState, (text: string) => string>> = {
  online: plain,
  starting: green,
  stopping: yellow,
  waiting: yellow,
  retrying: red,
  stopped: dim,
};

/** `status` prints these lines, and so does the live table. */
export const appsInLines = (seen: AppsDocument, width: number, sort?: Sorting): readonly string[] => {
  if (seen.manager === null && seen.failures.length > 0) return ["No manager runs."];
  if (seen.manager === null) return [`No manager runs, so there is no app. ${howToStart()}`];
  if (seen.apps.length === 0) return [`The manager (pid ${seen.manager.pid}) has no app. ${howToStart()}`];
  return appTable(seen, width, sort);
};

/** `start` alone needs a config file. */
const howToStart = (): string =>
  `Start one: ${typed("start <file>", "bunctl")}, or ${typed("init", "bunctl")} and then ${typed("start", "bunctl")}`;

/** Lines of the table; apps that are in no namespace of their own do without that column. */
export function appTable(
  { apps, at }: Pick<AppsDocument, "apps" | "at">,
  lineWidth: number,
  sort: Sorting = BY_ID,
): string[] {
  const rows = sortedRows(apps, sort);
  const isSplit = apps.some(({ spec }) => spec.namespace !== "default");
  const [id, ...others] = COLUMNS;
  const columns = isSplit && id !== undefined ? [id, NAMESPACE, ...others] : COLUMNS;
  const cells = rows.map((row) => {
    const [first = "", ...rest] = cellsOf(row, at);
    return isSplit ? [first, row.app.spec.namespace, ...rest] : [first, ...rest];
  });
  return table(columns, cells, lineWidth, (line, row) => {
    if (row === "header") return dimHeader(line, row);
    const state = rows[row]?.instance.state ?? "stopped";
    return PAINT_OF_STATE[state](line);
  });
}

/** Rows that are equal stay in the order of their ids, whichever way the rest is sorted. */
export function sortedRows(
  apps: readonly AppDocument[],
  { by, isDescending }: Sorting,
): readonly InstanceRow[] {
  const compare = SORTINGS[by];
  return instanceRows(apps).toSorted((a, b) => (isDescending ? compare(b, a) : compare(a, b)));
}

const SORTINGS = {
  id: (a, b) => a.instance.id - b.instance.id,
  name: (a, b) => (a.app.spec.name < b.app.spec.name ? -1 : a.app.spec.name > b.app.spec.name ? 1 : 0),
  memory: (a, b) => (a.instance.memoryBytes ?? 0) - (b.instance.memoryBytes ?? 0),
  cpu: (a, b) => (a.instance.cpuPercent ?? 0) - (b.instance.cpuPercent ?? 0),
  // the instance that started last is up the shortest
  uptime: (a, b) => (b.instance.startedMs ?? MOST_MS) - (a.instance.startedMs ?? MOST_MS),
  restarts: (a, b) => a.instance.restarts - b.instance.restarts,
} as const satisfies Readonly<Record<string, (a: InstanceRow, b: InstanceRow) => number>>;

/** Infinity less Infinity is no number. */
const MOST_MS = Number.MAX_SAFE_INTEGER;

export interface Sorting {
  readonly by: keyof typeof SORTINGS;
  readonly isDescending: boolean;
}

export const BY_ID: Sorting = { by: "id", isDescending: false };

const isSortable = (by: string): by is Sorting["by"] => by in SORTINGS;

/** `name`, `name:desc`. @throws UsageError */
export function sortingBy(text: string): Sorting {
  const [by = "", direction = "asc"] = text.split(":");
  if (isSortable(by) && /^(?:asc|desc)$/u.test(direction)) return { by, isDescending: direction === "desc" };
  throw new UsageError(
    `"${text}" is nothing to sort by: ${Object.keys(SORTINGS).join(", ")}, and :desc behind it`,
  );
}

/** The rows are in the order of the ids, which is the order of the first starts. */
export const instanceRows = (apps: readonly AppDocument[]): readonly InstanceRow[] =>
  apps
    .flatMap((app) => app.instances.map((instance) => ({ app, instance })))
    .toSorted((a, b) => a.instance.id - b.instance.id);

/** `api`, or `api 2` where an app has several instances. */
export const instanceName = ({ app, instance }: InstanceRow): string =>
  app.instances.length > 1 ? `${app.spec.name} ${instance.number}` : app.spec.name;

function cellsOf(row: InstanceRow, at: number): readonly string[] {
  const { instance } = row;
  const { startedMs, cpuPercent, memoryBytes } = instance;
  return [
    String(instance.id),
    printable(instanceName(row)),
    stateCell(instance, at),
    instance.root === null ? "" : String(instance.root.pid),
    startedMs === null ? "" : formatDuration(at - startedMs),
    String(instance.restarts),
    cpuPercent === null ? "" : formatPercent(cpuPercent),
    memoryBytes === null ? "" : bytes(memoryBytes),
    lastExitCell(instance),
  ];
}

/** In a narrow cell the code is what counts. Lines that are lost are said first. */
export const lastExitCell = ({ lastExit, lostLines }: InstanceDocument): string =>
  [
    lostLines === 0 ? [] : `${plural(lostLines, "line")} lost`,
    lastExit === null ? [] : printable(lastExit.words.replace(/^ended by itself with /u, "")),
  ]
    .flat()
    .join("; ");

/** A wait says until when. */
export const stateCell = ({ state, untilMs }: InstanceDocument, at: number): string => {
  const wait = untilMs === null || untilMs <= at ? "" : ` ${formatDuration(untilMs - at)}`;
  return `${state}${wait}`;
};
