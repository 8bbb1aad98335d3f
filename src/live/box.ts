/** A box that is laid over the table: a question, or the help. */
import { bold, dim } from "../text/style.ts";
import { cut, pad } from "../text/table.ts";
import type { Size } from "./layout.ts";

const WIDEST = 76;
/** Borders and a blank on both sides. */
const AROUND = 4;

export interface Box {
  readonly title: string;
  /** Cut from the end where there is no room. */
  readonly body: readonly string[];
  readonly foot: string;
  readonly paint: (text: string) => string;
}

/** What a line in a box may be wide. */
export const innerWidth = ({ columns }: Size): number => Math.max(1, Math.min(WIDEST, columns) - AROUND);

export const helpBox = (body: readonly string[]): Box => ({
  title: "Keys",
  body,
  foot: dim("any key closes this"),
  paint: dim,
});

export function framed({ title, body, foot, paint }: Box, size: Size): readonly string[] {
  const texts = [title, foot, ...body].map((text) => Bun.stringWidth(text));
  const inner = Math.min(innerWidth(size), Math.max(...texts));
  const room = Math.max(0, size.rows - 5);
  const shown =
    body.length <= room
      ? body
      : [...body.slice(0, Math.max(0, room - 1)), dim(`… ${body.length - room + 1} more`)];
  const line = (text: string): string =>
    `${paint("│")} ${pad(cut(text, inner), inner, "left")} ${paint("│")}`;
  const top = cut(title, inner);
  return [
    `${paint("╭─")} ${bold(top)} ${paint(`${"─".repeat(Math.max(0, inner - Bun.stringWidth(top) - 1))}╮`)}`,
    ...shown.map(line),
    line(""),
    line(foot),
    paint(`╰${"─".repeat(inner + 2)}╯`),
  ];
}
