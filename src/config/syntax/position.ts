/** From an offset in a text to line, column and the line itself. */
import { sameWidth } from "../schema/printable.ts";
import { maskedLine } from "../schema/secrets.ts";

export interface Position {
  readonly line: number;
  /** 1-based, in characters. */
  readonly column: number;
  /** The line's own text around the place, printable. */
  readonly excerpt: string;
  readonly mark: { readonly start: number; readonly length: number };
}

const WINDOW = 90;
const BEFORE = 40;
const LONGEST_SECRET = 4_096;

const lineStart = (text: string, offset: number): number => text.lastIndexOf("\n", offset - 1) + 1;

const countLines = (text: string, end: number): number => {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < end; at = text.indexOf("\n", at + 1)) line++;
  return line;
};

/** `length` is cut to the line: a mark never spans two. Offsets past the end mean the end. */
export function positionAt(text: string, offset: number, length = 1): Position {
  const at = Math.min(Math.max(0, offset), text.length);
  const start = lineStart(text, at);
  const newline = text.indexOf("\n", at);
  const end = newline === -1 ? text.length : newline;
  const from = Math.max(start, at - BEFORE);
  const to = Math.min(end, from + WINDOW);
  // a line can be the whole file; no secret is longer than this
  const first = Math.max(start, from - LONGEST_SECRET);
  const line = text.slice(first, Math.min(end, to + LONGEST_SECRET));
  const window = maskedLine(line).slice(from - first, to - first);
  const shown = Array.from(window.replace(/\r$/u, ""), sameWidth);
  const head = Array.from(text.slice(from, at)).length;
  const marked = Array.from(text.slice(at, Math.min(at + length, to))).length;
  const lead = from > start ? ["…"] : [];
  return {
    line: countLines(text, at),
    column: Array.from(text.slice(start, Math.min(at, start + 100_000))).length + 1,
    excerpt: [...lead, ...shown, ...(to < end ? ["…"] : [])].join(""),
    mark: { start: lead.length + head, length: Math.max(1, marked) },
  };
}
