/** Picks the processes that are looked at: roots, and all below one. Pure. */
import type { PsRow } from "./ps-text.ts";

type Rows = ReadonlyMap<number, PsRow>;

/** Without this process and whatever it has started: looking must not show. */
export const withoutOwn = (rows: Rows, ownPid: number): Rows => {
  const own = new Set(below(rows, [ownPid]));
  return new Map([...rows].filter(([pid]) => !own.has(pid)));
};

/** Ascending. */
export const membersOf = (rows: Rows, isRoot: (row: PsRow) => boolean): readonly number[] =>
  below(
    rows,
    [...rows.values()].filter(isRoot).map(({ pid }) => pid),
  ).toSorted((a, b) => a - b);

export const below = (rows: Rows, roots: readonly number[]): readonly number[] => {
  const children = Map.groupBy(rows.values(), ({ ppid }) => ppid);
  const found = new Set(roots);
  for (const pid of found) for (const child of children.get(pid) ?? []) found.add(child.pid);
  return [...found];
};
