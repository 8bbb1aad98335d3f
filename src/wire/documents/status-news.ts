/**
 * What is new of the document of `status` to somebody who has an older one, as text: it is made once, where the processes are
 * known, and whoever passes it on to pages takes nothing of it apart. They say of each job what they have, as a number made of
 * it: so the monitor keeps nothing for them.
 */
import type { Viewpoint } from "./status.ts";
import type { ShownJob, ShownProcess, ShownReadings, StatusChange, StatusDocument } from "./status-change.ts";

/** By a job's id; that of what is no row is empty. */
export type Known = readonly (readonly [job: string, number: string])[];

export interface StatusAsked {
  readonly at: Viewpoint;
  /** Of the process that asks; its own job is left out. */
  readonly pid: number;
  /** Of nothing: they get the whole. */
  readonly known: Known;
  /** The whole as well as what is new. */
  readonly whole: boolean;
  /** Every reading of every process; else what a decision hangs on. */
  readonly full: boolean;
}

export interface StatusNews {
  /** The document (`statusText`). */
  readonly whole: string | null;
  /** A StatusChange as JSON; null: they know nothing that could have changed. */
  readonly change: string | null;
  readonly numbers: Known;
  /** Jobs that are there no more. */
  readonly gone: readonly string[];
}

/** A question has 64 KB at most. Whoever has more jobs than this asks about none of them, and is told all. */
export const MOST_KNOWN = 1_200;

const REST = "";

export function statusNews(
  document: StatusDocument,
  { known, whole }: Pick<StatusAsked, "known" | "whole">,
): StatusNews {
  const { jobs, processes, ...rest } = document;
  const before = new Map(known);
  const numbers: [string, string][] = [];
  const hasNew = (id: string, number: string): boolean => {
    const isSame = before.get(id) === number;
    before.delete(id);
    if (!isSame) numbers.push([id, number]);
    return !isSame;
  };
  const { at, totals } = document;
  const isRestNew = hasNew(REST, numberOf({ ...rest, at: null, totals: null }));
  const news = { jobs: [] as ShownJob[], processes: [] as ShownProcess[], readings: [] as ShownReadings[] };
  const members = Map.groupBy(processes, ({ job }) => job);
  for (const job of jobs) {
    const own = members.get(job.id) ?? [];
    const said = numberOf([job, own.map(saidOf)]);
    const readings = own.map(readingsOf);
    const wasSaid = before.get(job.id)?.startsWith(`${said}.`) === true;
    if (!hasNew(job.id, `${said}.${numberOf(readings)}`)) continue;
    if (wasSaid) news.readings.push(...readings);
    else {
      news.jobs.push(job);
      news.processes.push(...own);
    }
  }
  const gone = [...before.keys()];
  const change: StatusChange = { rest: isRestNew ? rest : { at, totals }, ...news, gone };
  const isAnew = known.length === 0;
  return {
    whole: whole || isAnew ? statusText(document) : null,
    change: isAnew ? null : JSON.stringify(change),
    numbers,
    gone,
  };
}

/** Short, since a question has one for each job. */
const numberOf = (value: unknown): string => Bun.hash(JSON.stringify(value)).toString(36).slice(-8);

const readingsOf = ({ id, state, cpuPercent, memoryBytes, rssBytes }: ShownProcess): ShownReadings => ({
  id,
  state,
  cpuPercent,
  memoryBytes,
  rssBytes,
});

/** An age follows from the start, and how near to a limit something is that is ok changes all the time. */
const saidOf = ({ verdicts, ...process }: ShownProcess): unknown => [
  { ...process, ageMs: 0, state: null, cpuPercent: null, memoryBytes: null, rssBytes: null },
  verdicts.map((verdict) => (verdict.decision === "ok" ? verdict.rule : verdict)),
];

const lines = (rows: readonly unknown[]): string => rows.map((row) => JSON.stringify(row)).join(",\n");

/** As JSON, each row on a line of its own: one of them is found without the others (`shownIn`). */
export function statusText({ jobs, processes, ...rest }: StatusDocument): string {
  return `${JSON.stringify(rest).slice(0, -1)}${JOBS}${lines(jobs)}${PROCESSES}${lines(processes)}${END}`;
}

/** Inside a string of JSON no line ends. */
const [JOBS, PROCESSES, END] = [',"jobs":[\n', '\n],"processes":[\n', "\n]}"];

/** Of the text of a document: one process and its job, null where it is not there, and what is no row. */
export function shownIn(text: string, id: string) {
  const rest: Omit<StatusDocument, "jobs" | "processes"> = JSON.parse(
    `${text.slice(0, text.indexOf(JOBS))}}`,
  );
  const process: ShownProcess | null = rowAt(text, text.indexOf(PROCESSES), id);
  const job: ShownJob | null = process && rowAt(text, text.indexOf(JOBS), process.job);
  return { ...rest, process, job };
}

/** `null`, where there is none. */
function rowAt(text: string, from: number, id: string) {
  const before = text.indexOf(`\n{"id":${JSON.stringify(id)},`, from);
  if (before === -1) return null;
  const line = text.slice(before + 1, text.indexOf("\n", before + 1));
  return JSON.parse(line.endsWith(",") ? line.slice(0, -1) : line);
}
