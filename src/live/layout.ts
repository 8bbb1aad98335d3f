/** Divides the lines of the screen. The table comes first, the details get what is left, what does not fit is left out. */

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface Lines {
  /** Above the table's header, an empty one last where there is room. */
  readonly head: number;
  /** Rows of the table, its header not among them. */
  readonly table: number;
  /** Their headline among them; 0 = none. */
  readonly details: number;
  readonly notices: number;
}

/** What is left for the rest with the header of the table and the footer. */
const FIXED = 2;
const MOST_NOTICES = 6;
/** Below these a pane shows too little to be worth its lines. */
const [LEAST_ROWS, LEAST_DETAILS] = [4, 5];
/** Where not everything fits, so that the panes do not move with every other selection. */
const TABLE_SHARE = 0.5;

export function layout({ rows }: Size, wishes: Lines): Lines {
  const head = rows >= 18 ? wishes.head : rows >= 8 ? 1 : 0;
  const notices = Math.min(wishes.notices, MOST_NOTICES, Math.max(0, Math.floor((rows - FIXED) / 3)));
  const free = Math.max(1, rows - FIXED - head - notices);
  if (wishes.table + wishes.details <= free)
    return { head, notices, table: wishes.table, details: wishes.details };
  const share = Math.max(LEAST_ROWS, Math.ceil(free * TABLE_SHARE));
  const table = Math.min(wishes.table, share);
  const details = free - table;
  return details < LEAST_DETAILS
    ? { head, notices, table: Math.min(wishes.table, free), details: 0 }
    : { head, notices, table, details };
}

/** First row of a window of `visible` rows that has the selected one in its middle, as far as there are rows. */
export const windowStart = (selected: number, count: number, visible: number): number =>
  Math.max(0, Math.min(selected - Math.floor(visible / 2), count - visible));
