/** Puts the parts of a live table together: exactly as many lines as the terminal has, none wider than it. Pure. */
import { bold, dim, inverse, yellow } from "../text/style.ts";
import { cut, pad, table, type Column } from "../text/table.ts";
import { layout, windowStart, type Lines, type Size } from "./layout.ts";
import type { Listing } from "./listing.ts";

export interface Parts {
  readonly head: readonly string[];
  /** Lines that all rows together take. */
  readonly tableLines: number;
  /** The header, and as many lines as there is room for. */
  readonly table: (visible: number) => readonly string[];
  readonly details: readonly string[];
  readonly notices: readonly string[];
  readonly footer: string;
  /** Laid over the lines just above the footer. */
  readonly box: readonly string[];
}

export const planOf = (size: Size, parts: Parts): Lines =>
  layout(size, {
    head: parts.head.length,
    table: Math.max(1, parts.tableLines),
    details: parts.details.length,
    notices: parts.notices.length,
  });

export function page(size: Size, parts: Parts): readonly string[] {
  const plan = planOf(size, parts);
  const { notices, footer, box } = parts;
  const body = [
    ...parts.head.slice(0, plan.head),
    ...parts.table(plan.table),
    ...parts.details.slice(0, plan.details),
  ];
  const lines = [
    ...fill(body, size.rows - plan.notices - 1),
    ...notices.slice(notices.length - plan.notices),
    footer,
  ];
  const start = Math.max(0, lines.length - 1 - box.length);
  return lines.map((line, at) => cut(box[at - start] ?? line, size.columns));
}

const fill = (lines: readonly string[], count: number): readonly string[] =>
  Array.from({ length: Math.max(0, count) }, (_, at) => lines[at] ?? "");

/** Left and right on one line; the right one goes where there is no room for both. */
export function ends(left: string, right: string, columns: number): string {
  const gap = columns - Bun.stringWidth(left) - Bun.stringWidth(right);
  return gap < 2 ? left : left + " ".repeat(gap) + right;
}

/** What keys mean, as many as there is room for; the filter that is being typed, or is in force. */
export function keyLine(
  { mode, filter }: Pick<Listing, "mode" | "filter">,
  hints: readonly (readonly [key: string, meaning: string])[],
  columns: number,
): string {
  if (mode.kind === "filter") return ` /${filter}${bold("▏")}  ${dim("Enter keeps it, Esc takes it back")}`;
  let line = filter === "" ? "" : ` ${yellow(`/${filter}`)} ${dim("Esc ends it")} `;
  for (const [key, meaning] of hints) {
    const longer = `${line} ${bold(key)} ${dim(meaning)} `;
    if (Bun.stringWidth(longer) > columns) break;
    line = longer;
  }
  return line;
}

export interface LiveField<Row, State> extends Column {
  /** What a key sorts by. */
  readonly sort?: string;
  /** Left out on terminals with fewer columns. */
  readonly from: number;
  /** Left out on terminals with as many, or more. */
  readonly below?: number;
  readonly cell: (row: Row, state: State) => string;
}

const MARK = "▸ ";
const NO_MARK = "  ";

interface Rows<Row, State> {
  readonly fields: readonly LiveField<Row, State>[];
  readonly rows: readonly Row[];
  /** Place of the selected one; -1 = none is. */
  readonly selected: number;
  readonly isAscending: (sort: string) => boolean;
  readonly paint: (row: Row, line: string) => string;
  /** Stands above the row. */
  readonly heading?: (row: Row) => string | undefined;
}

/** The header, and the window around the selected row. */
export function selectable<Row, State extends Pick<Listing, "sort">>(
  state: State,
  { fields: all, rows, selected, isAscending, paint, heading }: Rows<Row, State>,
  columns: number,
  visible: number,
): readonly string[] {
  const fields = all.filter(({ from, below = Infinity }) => columns >= from && columns < below);
  const { by, reversed } = state.sort;
  const titled = (field: Column & { readonly sort?: string }): Column =>
    field.sort === by
      ? { ...field, title: `${field.title}${isAscending(by) === reversed ? "↓" : "↑"}` }
      : field;
  const cells = rows.map((row) => fields.map(({ cell }) => cell(row, state)));
  const [header = "", ...texts] = table(fields.map(titled), cells, columns - MARK.length);
  let selectedLine = -1;
  const lines: string[] = [];
  for (const [at, row] of rows.entries()) {
    const above = heading?.(row);
    if (above !== undefined) lines.push(NO_MARK + above);
    if (at === selected) selectedLine = lines.length;
    const text = texts[at] ?? "";
    const line =
      at === selected ? inverse(paint(row, pad(MARK + text, columns, "left"))) : paint(row, NO_MARK + text);
    lines.push(line);
  }
  const start = windowStart(selectedLine, lines.length, visible);
  return [bold(NO_MARK + header), ...lines.slice(start, start + visible)];
}

/** Above what is said about the selected row. */
export function titleLine(text: string, columns: number): string {
  const name = cut(text, Math.max(1, columns - 8));
  const rest = Math.max(0, columns - Bun.stringWidth(name) - 5);
  return `${dim("──")} ${bold(name)} ${dim("─".repeat(rest))}`;
}
