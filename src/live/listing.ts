/** What every live table has: rows that are selected, sorted and filtered by keys. Pure. */
import type { Key, KeyName } from "./keys.ts";

export interface Listing {
  /** The key of a row: the selection follows what it shows. null = nobody was chosen yet: the first row. */
  readonly selected: string | null;
  readonly sort: { readonly by: string; readonly reversed: boolean };
  /** Rows have this in them, in whatever case; "" = all. */
  readonly filter: string;
  readonly paused: boolean;
  readonly mode: ListMode | { readonly kind: "confirm" };
}

export type ListMode =
  | { readonly kind: "table" }
  | { readonly kind: "help" }
  /** `before`: to go back to. */
  | { readonly kind: "filter"; readonly before: string };

interface Keyed {
  readonly key: string;
}

/** The rows of a state, in their order. */
export type RowsOf<State> = (state: State) => readonly Keyed[];

export const selectedAt = (rows: readonly Keyed[], { selected }: Pick<Listing, "selected">): number =>
  selected === null ? Math.min(0, rows.length - 1) : rows.findIndex(({ key }) => key === selected);

/** What every table does at once, whatever it shows. */
export type ScreenEffect =
  | { readonly type: "quit" }
  | { readonly type: "suspend" }
  | { readonly type: "redraw" };

const AT_ONCE: Partial<Readonly<Record<KeyName, ScreenEffect>>> = {
  interrupt: { type: "quit" },
  suspend: { type: "suspend" },
  redraw: { type: "redraw" },
};

export const screenEffect = (key: Key): ScreenEffect | null =>
  "name" in key ? (AT_ONCE[key.name] ?? null) : "text" in key && key.text === "q" ? { type: "quit" } : null;

const MOVES: Partial<Readonly<Record<KeyName, (page: number) => number>>> = {
  up: () => -1,
  down: () => 1,
  "page-up": (page) => -page,
  "page-down": (page) => page,
  home: () => -Infinity,
  end: () => Infinity,
};

export interface Keys<State> {
  readonly rows: RowsOf<State>;
  /** The column that a character sorts by. */
  readonly sorts: Readonly<Record<string, State extends Listing ? State["sort"]["by"] : never>>;
  /** As many rows as the table shows. */
  readonly page: number;
}

/** A key in the table itself; what it does not know changes nothing. */
export function inTable<State extends Listing>(state: State, key: Key, keys: Keys<State>): State {
  if ("pasted" in key) return state;
  if ("name" in key)
    return key.name === "escape"
      ? { ...state, filter: "" }
      : moved(state, MOVES[key.name]?.(keys.page) ?? 0, keys.rows);
  const by = keys.sorts[key.text];
  if (by !== undefined)
    // again: the other way round
    return { ...state, sort: { by, reversed: state.sort.by === by && !state.sort.reversed } };
  switch (key.text) {
    case "k":
      return moved(state, -1, keys.rows);
    case "j":
      return moved(state, 1, keys.rows);
    case "/":
      return { ...state, mode: { kind: "filter", before: state.filter } };
    case "?":
    case "h":
      return { ...state, mode: { kind: "help" } };
    case " ":
      return { ...state, paused: !state.paused };
    default:
      return state;
  }
}

function moved<State extends Listing>(state: State, by: number, rowsOf: RowsOf<State>): State {
  const rows = rowsOf(state);
  const to = Math.min(rows.length - 1, Math.max(0, selectedAt(rows, state) + by));
  return { ...state, selected: rows[to]?.key ?? null };
}

/** Takes effect with each character; the selection stays where it can be seen. */
export function inFilter<State extends Listing>(
  state: State,
  key: Key,
  before: string,
  rowsOf: RowsOf<State>,
): State {
  if ("name" in key) {
    if (key.name === "enter") return { ...state, mode: { kind: "table" } };
    if (key.name === "escape")
      return reselected({ ...state, filter: before, mode: { kind: "table" } }, state, rowsOf);
    if (key.name === "backspace")
      return reselected({ ...state, filter: state.filter.replace(/.$/su, "") }, state, rowsOf);
    return moved(state, MOVES[key.name]?.(1) ?? 0, rowsOf);
  }
  const added = "text" in key ? key.text : key.pasted;
  return reselected({ ...state, filter: printableOnly(state.filter + added) }, state, rowsOf);
}

const MOST_CHARACTERS = 100;

const printableOnly = (text: string): string => text.replaceAll(/\p{C}/gu, "").slice(0, MOST_CHARACTERS);

export const hasText = (text: string, filter: string): boolean =>
  filter === "" || text.toLowerCase().includes(filter.toLowerCase());

/** When what was selected is not among the rows any more: whoever stands in its place. */
export function reselected<State extends Listing>(state: State, before: State, rowsOf: RowsOf<State>): State {
  const rows = rowsOf(state);
  if (selectedAt(rows, state) >= 0) return state;
  const at = selectedAt(rowsOf(before), before);
  return { ...state, selected: rows[Math.min(Math.max(0, at), rows.length - 1)]?.key ?? null };
}
