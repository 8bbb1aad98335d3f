/** Aligned columns that fit the terminal. Widths are display widths (Bun.stringWidth), so CJK and emoji align too. */

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Takes what is left of the line, and is cut to it. One column at most. */
  readonly flexible?: boolean;
  /** Kept even where nothing needs it: a table that is drawn anew every second must not change its columns. */
  readonly atLeast?: number;
  /** Tried on a cell that does not fit before it is cut. */
  readonly shorten?: (text: string) => string;
}

const GAP = "  ";
/** Cut further than this, text says nothing; the line is then longer than the terminal. */
const NARROWEST = 12;

/** Cuts to `width` columns and ends with "…" where something was cut. */
export function cut(text: string, width: number): string {
  if (Bun.stringWidth(text) <= width) return text;
  const head = Bun.sliceAnsi(text, 0, width - 1);
  // a wide character that would be cut in two comes whole
  return `${Bun.stringWidth(head) < width ? head : Bun.sliceAnsi(text, 0, width - 2)}…`;
}

const fit = (text: string, width: number, { shorten }: Column): string =>
  cut(shorten === undefined || Bun.stringWidth(text) <= width ? text : shorten(text), width);

export function pad(text: string, width: number, align: Column["align"]): string {
  const space = " ".repeat(Math.max(0, width - Bun.stringWidth(text)));
  return align === "right" ? space + text : text + space;
}

/** Lines of a table, the header first. Cells hold plain text; `paint` colours a finished line. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  lineWidth: number,
  paint: (line: string, row: number | "header") => string = (line) => line,
): string[] {
  const widths = columns.map((column, i) =>
    Math.max(
      column.atLeast ?? 0,
      Bun.stringWidth(column.title),
      ...rows.map((row) => Bun.stringWidth(row[i] ?? "")),
    ),
  );
  const flexible = columns.findIndex((column) => column.flexible === true);
  if (flexible >= 0) {
    const others = widths.reduce((sum, width, i) => (i === flexible ? sum : sum + width + GAP.length), 0);
    widths[flexible] = Math.min(widths[flexible] ?? 0, Math.max(NARROWEST, lineWidth - others));
  }
  const line = (cells: readonly string[]): string =>
    columns
      .map((column, i) => pad(fit(cells[i] ?? "", widths[i] ?? 0, column), widths[i] ?? 0, column.align))
      .join(GAP)
      .trimEnd();
  return [
    paint(line(columns.map((column) => column.title)), "header"),
    ...rows.map((row, i) => paint(line(row), i)),
  ];
}
