/** How every help looks: titles, and rows of a term and its meaning, in 80 columns at most. */
import { asSentence } from "../text/wording.ts";
import { beside, wrap } from "./notes.ts";

export type HelpRow = readonly [term: string, meaning: string];

export interface HelpSection {
  readonly title: string;
  readonly rows: readonly HelpRow[];
}

const WIDEST = 80;
const [MARGIN, GAP] = ["  ", 2];
/** Terms that are longer have their meaning on the next line: it would have no room beside them. */
const [LONGEST_TERM, LONGEST_EXAMPLE] = [30, 44];
const DEEPER = 6;

/** `width`: of the terminal. The sections that have no row are left out. */
export function helpText(
  usage: string,
  summary: string,
  sections: readonly HelpSection[],
  width: number = WIDEST,
): string {
  const columns = Math.min(width, WIDEST);
  return [
    ...wrap(`Usage: ${usage}`, columns, MARGIN.length),
    "",
    ...wrap(asSentence(summary), columns),
    ...sections
      .filter(({ rows }) => rows.length > 0)
      .flatMap(({ title, rows }) =>
        ["", `${title}:`].concat(
          rowLines(rows, columns, title === "Examples" ? LONGEST_EXAMPLE : LONGEST_TERM),
        ),
      ),
  ].join("\n");
}

function rowLines(rows: readonly HelpRow[], columns: number, longest: number): readonly string[] {
  const short = rows.map(([term]) => term.length).filter((length) => length <= longest);
  const indent = MARGIN.length + Math.max(0, ...short) + GAP;
  return rows.flatMap(([term, meaning]) => {
    const head = MARGIN + term;
    if (term.length <= longest) return beside(head.padEnd(indent), indent, meaning, columns);
    return [head, ...wrap(meaning, columns - DEEPER).map((line) => " ".repeat(DEEPER) + line)];
  });
}
