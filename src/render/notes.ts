/** What is said about processes under a table: pid, a word, and a sentence that wraps beside them. */

export interface Note {
  readonly pid: number;
  readonly word: string;
  readonly text: string;
  readonly paint: (text: string) => string;
}

const GAP = "  ";
/** A sentence in a narrower column than this is harder to read than a line that is too long. */
const NARROWEST = 30;

/** A space, but none between a number and its unit. */
const BREAK = /(?<!\d) | (?!(?:%|ms|s|min|h|[KMG]?B)(?!\w))/u;

/**
 * Lines of at most `width` columns, those after the first `hanging` columns less; broken between words, a word that
 * is longer stays whole.
 */
export function wrap(text: string, width: number, hanging = 0): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(BREAK)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && Bun.stringWidth(longer) > width - (lines.length > 0 ? hanging : 0)) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** A sentence beside a head that takes `indent` columns, its further lines below its beginning. */
export const beside = (head: string, indent: number, text: string, lineWidth: number): string[] =>
  wrap(text, Math.max(NARROWEST, lineWidth - indent)).map(
    (line, at) => (at === 0 ? head : " ".repeat(indent)) + line,
  );

export function noteLines(notes: readonly Note[], lineWidth: number): string[] {
  const pidWidth = Math.max(3, ...notes.map(({ pid }) => String(pid).length));
  const wordWidth = Math.max(0, ...notes.map(({ word }) => word.length));
  const indent = pidWidth + GAP.length + wordWidth + GAP.length;
  return notes.flatMap(({ pid, word, text, paint }) => {
    const head = `${String(pid).padStart(pidWidth)}${GAP}${word.padEnd(wordWidth)}`;
    return beside(paint(head) + GAP, indent, text, lineWidth);
  });
}

/** A sentence, its further lines set in a little. */
export const hanging = (text: string, lineWidth: number): string[] =>
  wrap(text, lineWidth, GAP.length).map((line, at) => (at === 0 ? line : GAP + line));

/** A sentence of its own under a headline. */
export const indented = (text: string, indent: string, lineWidth: number): string[] =>
  wrap(text, Math.max(NARROWEST, lineWidth - indent.length)).map((line) => indent + line);
