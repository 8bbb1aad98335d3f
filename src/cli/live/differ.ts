/** From one frame to the next: only lines that changed are written, at once. */

const ESCAPE = "\u001B[";
/** The terminal shows what comes in between in one piece; others ignore it (DEC private mode 2026). */
const [BEGIN, END] = [`${ESCAPE}?2026h`, `${ESCAPE}?2026l`];
const CLEAR = `${ESCAPE}2J`;
const CLEAR_TO_END = `${ESCAPE}K`;
const goTo = (row: number): string => `${ESCAPE}${row};1H`;

/** What to write; "" when nothing changed. `before` null: the screen holds something else. */
export function difference(
  before: readonly string[] | null,
  after: readonly string[],
  columns: number,
): string {
  const lines = after.flatMap((line, at) => {
    if (line === before?.[at]) return [];
    // at the last column the cursor stays on what was written there, and would erase it
    const rest = Bun.stringWidth(line) < columns ? CLEAR_TO_END : "";
    return [`${goTo(at + 1)}${line}${rest}`];
  });
  const gone = (before ?? []).slice(after.length).map((_, at) => goTo(after.length + at + 1) + CLEAR_TO_END);
  const text = [...lines, ...gone].join("");
  if (before === null) return BEGIN + CLEAR + text + END;
  return text === "" ? "" : BEGIN + text + END;
}
