/** What differs between two looks: a page of 500 processes gets the few that have changed, and not half a megabyte a second. */
import type { statusDocument } from "./status.ts";

export type StatusDocument = ReturnType<typeof statusDocument>;
type Job = StatusDocument["jobs"][number];
type Process = StatusDocument["processes"][number];
type Rest = Omit<StatusDocument, "at" | "jobs" | "processes">;

/** Of each row its id and what is new of it; of a new one all. */
interface Rows<Row extends { readonly id: string }> {
  readonly changed: readonly (Partial<Row> & Pick<Row, "id">)[];
  readonly gone: readonly string[];
}

export interface StatusChange {
  readonly at: string;
  readonly rest: Partial<Rest>;
  readonly jobs: Rows<Job>;
  /** Without their ages, which follow from their starts. */
  readonly processes: Rows<Process>;
}

/** The document after the change. The order of its rows is no part of it. */
export function withChange(before: StatusDocument, change: StatusChange): StatusDocument {
  const { at, rest, jobs, processes } = change;
  return aged({
    ...before,
    ...rest,
    at,
    jobs: changed(before.jobs, jobs),
    processes: changed(before.processes, processes),
  });
}

/** Every process as old as it is at the time of the document. Its rows are changed in place: nobody else may have them. */
export function aged(document: StatusDocument): StatusDocument {
  const atMs = Date.parse(document.at);
  for (const row of document.processes) row.ageMs = Math.max(0, atMs - row.startTimeMs);
  return document;
}

function changed<Row extends { readonly id: string }>(
  before: readonly Row[],
  { changed: news, gone }: Rows<Row>,
): Row[] {
  const rows = new Map(before.map((row) => [row.id, row]));
  for (const id of gone) rows.delete(id);
  // a row that was not there comes as a whole
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  for (const each of news) rows.set(each.id, { ...rows.get(each.id), ...each } as Row);
  return [...rows.values()];
}

/** `isSame` compares two values of one key. */
export function statusChange(
  before: StatusDocument,
  after: StatusDocument,
  isSame: (a: unknown, b: unknown) => boolean,
): StatusChange {
  const { at, jobs: jobsNow, processes: processesNow, ...restNow } = after;
  return {
    at,
    rest: news(before, restNow, isSame),
    jobs: rowsChanged(before.jobs, jobsNow, isSame),
    processes: rowsChanged(before.processes, processesNow, (a, b, key) =>
      key === "ageMs" ? true : key === "verdicts" ? isSameSaid(a, b, isSame) : isSame(a, b),
    ),
  };
}

type Same = (a: unknown, b: unknown, key: string) => boolean;

const news = <Whole extends object>(before: Whole, after: Partial<Whole>, isSame: Same): Partial<Whole> => {
  const old = new Map(Object.entries(before));
  const entries = Object.entries(after).filter(([key, value]) => !isSame(old.get(key), value, key));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what fromEntries cannot say of its keys
  return Object.fromEntries(entries) as Partial<Whole>;
};

function rowsChanged<Row extends { readonly id: string }>(
  before: readonly Row[],
  after: readonly Row[],
  isSame: Same,
): Rows<Row> {
  const left = new Map(before.map((row) => [row.id, row]));
  const all = after.flatMap((row) => {
    const old = left.get(row.id);
    left.delete(row.id);
    if (old === undefined) return [row];
    const what = news(old, row, isSame);
    return Object.keys(what).length === 0 ? [] : [{ ...what, id: row.id }];
  });
  return { changed: all, gone: [...left.keys()] };
}

const isOk = (verdict: unknown): boolean =>
  typeof verdict === "object" && verdict !== null && "decision" in verdict && verdict.decision === "ok";
const isAllOk = (verdicts: unknown): boolean => Array.isArray(verdicts) && verdicts.every(isOk);

/** How near a process is to a limit changes all the time, and says little while that is ok. */
const isSameSaid = (a: unknown, b: unknown, isSame: (a: unknown, b: unknown) => boolean): boolean =>
  (isAllOk(a) && isAllOk(b)) || isSame(a, b);
