/** The rows of the table: which, in what order, how deep in the tree. Pure. */
import type { JobDocument, ProcessDocument, StatusDocument } from "./documents.ts";
import { busyness, judge, type Judged } from "./verdict.ts";
import { hasWords, inRow, shortCommandOf } from "./words.ts";

const SORTS = ["verdict", "cpu", "memory", "age", "pid", "command"] as const;
export type ProcessSort = (typeof SORTS)[number];

export type Only = "all" | "over" | "spared";

export interface TableWish {
  readonly by: ProcessSort;
  readonly reversed: boolean;
  /** Each of these words is in a row, in whatever case. */
  readonly filter: string;
  readonly only: Only;
  readonly tree: boolean;
}

export const FIRST_WISH: TableWish = { by: "verdict", reversed: false, filter: "", only: "all", tree: false };

export interface TableRow {
  readonly process: ProcessDocument;
  readonly job: JobDocument | undefined;
  readonly judged: Judged;
  /** As it is shown: short, and harmless. */
  readonly command: string;
  /** How far below the root of its job. */
  readonly depth: number;
}

export function tableRows(status: StatusDocument, wish: TableWish): readonly TableRow[] {
  const jobs = new Map(status.jobs.map((job) => [job.id, job]));
  const rows = status.processes.map((process): TableRow => {
    const job = jobs.get(process.job);
    const command = inRow(shortCommandOf(process.command, process.cwd));
    return { process, job, judged: judge(process, job), command, depth: 0 };
  });
  const wanted = isWanted(wish);
  if (!wish.tree) return rows.filter(wanted).toSorted(inOrder(wish));
  const byJob = Map.groupBy(rows, ({ process }) => process.job);
  const shown = [...byJob.values()]
    .filter((its) => its.some(wanted))
    .map((its) => its.toSorted(inOrder(wish)));
  // a job stands where the first of its processes would
  return shown.toSorted((a, b) => (a[0] && b[0] ? inOrder(wish)(a[0], b[0]) : 0)).flatMap(branches);
}

/** Parents before their children, at whatever place those have among each other. */
function branches(rows: readonly TableRow[]): readonly TableRow[] {
  const pids = new Set(rows.map(({ process }) => process.pid));
  const below = Map.groupBy(rows, ({ process }) => (pids.has(process.ppid) ? process.ppid : null));
  const found: TableRow[] = [];
  const waiting = new Set(rows);
  const add = (row: TableRow, depth: number): void => {
    if (!waiting.delete(row)) return;
    found.push({ ...row, depth });
    for (const child of below.get(row.process.pid) ?? []) add(child, depth + 1);
  };
  for (const row of below.get(null) ?? []) add(row, 0);
  // readings of two moments may make a circle of them
  for (const row of rows) add(row, 0);
  return found;
}

function isWanted({ filter, only }: TableWish): (row: TableRow) => boolean {
  return ({ process, judged: { word, weight }, command }) => {
    if (only === "over" && weight < 1) return false;
    if (only === "spared" && word !== "spared" && word !== "protected") return false;
    if (filter === "") return true;
    const { pid, cwd, kind } = process;
    return hasWords(`${pid} ${command} ${process.command} ${cwd ?? ""} ${kind} ${word}`, filter);
  };
}

type Compare = (a: TableRow, b: TableRow) => number;

const byStart: Compare = ({ process: a }, { process: b }) => a.startTimeMs - b.startTimeMs || a.pid - b.pid;

/** What is looked for comes first: the worst, the largest, the oldest. */
const COMPARE: Readonly<Record<ProcessSort, Compare>> = {
  verdict: (a, b) => b.judged.weight - a.judged.weight || busyness(b.process) - busyness(a.process),
  cpu: (a, b) => (b.process.cpuPercent ?? -1) - (a.process.cpuPercent ?? -1),
  memory: (a, b) => (b.process.memoryBytes ?? -1) - (a.process.memoryBytes ?? -1),
  age: (a, b) => b.process.ageMs - a.process.ageMs,
  pid: (a, b) => a.process.pid - b.process.pid,
  command: (a, b) => (a.command < b.command ? -1 : a.command > b.command ? 1 : 0),
};

/** Rows that are equal keep their places, whichever way the rest is sorted. */
function inOrder({ by, reversed }: TableWish): Compare {
  const compare = COMPARE[by];
  return (a, b) => compare(a, b) * (reversed ? -1 : 1) || byStart(a, b);
}
