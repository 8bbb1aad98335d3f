/** The rows of the table, in their order. */
import { isJobOf } from "../wire/documents/status.ts";
import { processKey, type ProcessSample } from "../core/process/process.ts";
import type { JudgedJob } from "../core/judge/verdict.ts";
import { shortCommand } from "../render/command-name.ts";
import { groupsOf } from "../render/limits.ts";
import { rowsOf, type Row } from "../render/row.ts";
import { SEVERITY } from "../render/verdict-words.ts";
import { hasText } from "./listing.ts";
import type { SortBy, State } from "./state.ts";

export interface LiveEntry {
  readonly key: string;
  readonly process: ProcessSample;
  readonly job: JudgedJob;
  /** What is judged about it; null for a member of a job that is not Bun. */
  readonly row: Row | null;
  /** Lines of the tree before its command: "├─ ". */
  readonly branch: string;
  /** The first of this project's, or of those elsewhere: what stands above it; missing = nothing does. */
  readonly heading?: string;
}

type Arranging = Pick<State, "report" | "root" | "meters" | "sort" | "tree" | "filter">;

/** This project first, then what is elsewhere, each in the order that was chosen. */
export function entriesOf(state: Arranging): readonly LiveEntry[] {
  if (state.report === null) return [];
  const entries: LiveEntry[] = [];
  for (const { title, jobs } of groupsOf(shownJobs(state), state.report.policy, state.root)) {
    const [first, ...others] = arranged(jobs, state);
    if (first !== undefined) entries.push(title === null ? first : { ...first, heading: title }, ...others);
  }
  return entries;
}

/** Flat: every Bun process. As a tree: whole jobs, each in one piece, members that are not Bun included. */
function arranged(all: readonly JudgedJob[], state: Arranging): readonly LiveEntry[] {
  const jobs = all.map((job) => (state.tree ? branches(job) : flat(job)));
  const wanted = ({ process }: LiveEntry): boolean => isWanted(process, state.filter);
  if (!state.tree) return inOrder(jobs.flat().filter(wanted), state);
  const shown = jobs.filter((entries) => entries.some(wanted));
  const roots = shown.flatMap((entries) => entries.slice(0, 1));
  return inOrder(roots, state).flatMap((root) => shown.find(([first]) => first === root) ?? []);
}

/** Without the one that asks. */
export const shownJobs = ({ report }: Pick<State, "report">): readonly JudgedJob[] =>
  report?.judgement.jobs.filter((job) => !isJobOf(process.pid, job)) ?? [];

const isWanted = ({ id, command }: ProcessSample, filter: string): boolean =>
  hasText(`${id.pid} ${command}`, filter);

const flat = (job: JudgedJob): readonly LiveEntry[] =>
  rowsOf(job).map((row) => ({
    key: processKey(row.judged.process.id),
    process: row.judged.process,
    job,
    row,
    branch: "",
  }));

/** The root, and below each process its children; who has no parent among the members hangs below the root. */
function branches(job: JudgedJob): readonly LiveEntry[] {
  const { root, members } = job.job;
  const rows = new Map(rowsOf(job).map((row) => [row.judged.process.id.pid, row]));
  const top = members.find(({ id }) => id.pid === root.id.pid) ?? root;
  const pids = new Set(members.map(({ id }) => id.pid));
  const below = Map.groupBy(
    members.filter((member) => member !== top),
    ({ ppid }) => (pids.has(ppid) ? ppid : root.id.pid),
  );
  const visit = (process: ProcessSample, branch: string, indent: string): readonly LiveEntry[] => {
    const { pid } = process.id;
    const children = below.get(pid) ?? [];
    const inner = children.flatMap((child, at) =>
      at === children.length - 1
        ? visit(child, `${indent}└─ `, `${indent}   `)
        : visit(child, `${indent}├─ `, `${indent}│  `),
    );
    return [{ key: processKey(process.id), process, job, row: rows.get(pid) ?? null, branch }, ...inner];
  };
  return visit(top, "", "");
}

type Compare = (a: LiveEntry, b: LiveEntry, state: Arranging) => number;

const byStart: Compare = ({ process: a }, { process: b }) =>
  a.id.startTicks - b.id.startTicks || a.id.pid - b.id.pid;

const severity = ({ job, row }: LiveEntry): number =>
  job.protectedBecause !== null || row === null ? -1 : SEVERITY[row.worst?.decision ?? "ok"];

/** The first that is wanted first: the worst, the largest, the oldest. */
const COMPARE: Readonly<Record<SortBy, Compare>> = {
  verdict: (a, b) => severity(b) - severity(a),
  cpu: (a, b, state) => (cpuOf(b, state) ?? -1) - (cpuOf(a, state) ?? -1),
  memory: (a, b) => (b.process.memoryBytes ?? -1) - (a.process.memoryBytes ?? -1),
  age: (a, b) => b.process.ageMs - a.process.ageMs,
  pid: (a, b) => a.process.id.pid - b.process.id.pid,
  command: (a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0),
};

const nameOf = ({ process }: LiveEntry): string => shortCommand(process.command, process.cwd);

/** Rows that are equal keep their places: by their start, whichever way the rest is sorted. */
function inOrder(entries: readonly LiveEntry[], state: Arranging): readonly LiveEntry[] {
  const { by, reversed } = state.sort;
  const compare = COMPARE[by];
  return entries.toSorted((a, b) => compare(a, b, state) * (reversed ? -1 : 1) || byStart(a, b, state));
}

/** Since our last look; before there were two, as the report says. */
export const cpuOf = (
  { key, row }: Pick<LiveEntry, "key" | "row">,
  { meters }: Pick<State, "meters">,
): number | null => meters.get(key)?.percents.at(-1) ?? row?.judged.cpuPercent ?? null;

export const lineCount = (entries: readonly LiveEntry[]): number =>
  entries.length + entries.filter(({ heading }) => heading !== undefined).length;
