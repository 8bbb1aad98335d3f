/** Sections as aligned text for a terminal, and as Markdown. */
import type { Bar, Section, Table } from "./section.ts";

/** What run.ts has in the end: a section, or why there is none. */
export type Result = Section | { readonly title: string; readonly failed: string };

const width = (text: string): number => Bun.stringWidth(text);
const pad = (text: string, to: number): string => text + " ".repeat(Math.max(0, to - width(text)));

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => width(row[at] ?? ""))));
  return rows.map((row) => `  ${row.map((cell, at) => pad(cell, widths[at] ?? 0)).join("   ")}`.trimEnd());
}

const rule = (lines: readonly string[]): string => `  ${"─".repeat(Math.max(...lines.map(width)) - 2)}`;

function textTable({ caption, columns: heads, rows, notes = [] }: Table): string {
  const [head = "", ...body] = columns([heads, ...rows]);
  return [caption, head, rule([head, ...body]), ...body, ...notes.map((note) => `  ${note}`)].join("\n");
}

const verdict = ({ met }: Bar): string => (met ? "met" : "NOT MET");
const barRows = (bars: readonly Bar[]): string[][] =>
  bars.map((bar) => [bar.what, bar.bar, bar.measured, verdict(bar)]);
const BAR_HEADS = ["bar", "promised", "measured", ""];

export const barsOf = (results: readonly Result[]): readonly Bar[] =>
  results.flatMap((result) => ("failed" in result ? [] : result.bars));

export function asText(machine: readonly string[], results: readonly Result[]): string {
  const parts = results.map((result) =>
    [
      `\n── ${result.title} ──`,
      ...("failed" in result ? [`could not be measured: ${result.failed}`] : result.tables.map(textTable)),
    ].join("\n"),
  );
  const bars = barRows(barsOf(results));
  const summary = bars.length === 0 ? [] : [`\n── Bars ──\n${columns([BAR_HEADS, ...bars]).join("\n")}`];
  return [machine.join("\n"), ...parts, ...summary].join("\n");
}

const cell = (text: string): string => text.replaceAll("|", "\\|");
const markdownRow = (row: readonly string[]): string => `| ${row.map(cell).join(" | ")} |`;

function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [markdownRow(heads), `|${"---|".repeat(heads.length)}`, ...rows.map(markdownRow)].join("\n");
}

export function asMarkdown(machine: readonly string[], results: readonly Result[]): string {
  const bars = barRows(barsOf(results));
  const parts = results.flatMap((result) =>
    "failed" in result
      ? [`**${result.title}** could not be measured: ${result.failed}`]
      : result.tables.map(({ caption, columns: heads, rows, notes = [] }) =>
          [`**${result.title}.** ${caption}.`, markdownTable(heads, rows), notes.join(" ")]
            .join("\n\n")
            .trim(),
        ),
  );
  return [machine.join(" "), ...(bars.length === 0 ? [] : [markdownTable(BAR_HEADS, bars)]), ...parts].join(
    "\n\n",
  );
}
