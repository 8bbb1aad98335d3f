/**
 * Splits a command line into words by the quoting rules of sh(1), without a shell. What only a shell could do
 * is found, and told by its name.
 */

export type Split =
  | { readonly ok: true; readonly words: readonly string[] }
  | { readonly ok: false; readonly operator: string; readonly what: string };

/** The longest operator comes first. */
const OPERATORS: readonly (readonly [RegExp, string])[] = [
  [/^\d*(?:<<<|<<-?|&>>?|>>|>&|<&|>\||<>|[<>])/u, "a redirection"],
  [/^&&|^\|\|/u, "a chain of commands"],
  [/^\|&?/u, "a pipe"],
  [/^;{1,2}/u, "a separator of commands"],
  [/^&/u, "a start in the background"],
  [/^\n/u, "a separator of commands"],
  [/^[()]/u, "a subshell"],
];
const EXPANSIONS: readonly (readonly [RegExp, string])[] = [
  [/^\$\(/u, "a command substitution"],
  [/^`/u, "a command substitution"],
  [/^\$(?:\w+|\{[^}]*\}?|[@*#?$!-])/u, "a variable"],
];
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/^[*?]/u, "a pattern for file names"],
  [/^\[[^\]\s]*\]/u, "a pattern for file names"],
  [/^\{[^{}\s]*(?:,|\.\.)[^{}\s]*\}/u, "a brace expansion"],
];
/** These have a meaning at the start of a word. */
const HEADS: readonly (readonly [RegExp, string])[] = [
  [/^~[\w-]*(?=\/|\s|$)/u, "somebody's home folder"],
  [/^#/u, "a comment"],
  [/^!(?=\s)/u, "a negation"],
];

/** Text that is meant for the program itself is put between quotes, or behind a backslash. */
export const splitCommand = (text: string): Split => walk(text, true);

/**
 * Does the same, but everything except quotes and backslashes stands for itself: no shell was meant to read
 * these arguments.
 */
export function splitWords(text: string): readonly string[] {
  const split = walk(text, false);
  return split.ok ? split.words : [text];
}

function walk(text: string, strict: boolean): Split {
  const words: string[] = [];
  let word: string | null = null;
  for (let at = 0; at < text.length;) {
    const rest = text.slice(at);
    const blank = strict ? /^(?:[ \t\r]|\\\n)+/u.exec(rest) : /^(?:\s|\\\n)+/u.exec(rest);
    if (blank !== null) {
      if (word !== null) words.push(word);
      word = null;
      at += blank[0].length;
      continue;
    }
    const quoted = quotedPart(rest, strict);
    if (quoted !== null) {
      if ("what" in quoted) return { ok: false, ...quoted };
      word = (word ?? "") + quoted.text;
      at += quoted.length;
      continue;
    }
    const found = strict ? meaning(rest, word) : null;
    if (found !== null) return { ok: false, ...found };
    word = (word ?? "") + (text[at] ?? "");
    at++;
  }
  if (word !== null) words.push(word);
  const [first] = words;
  if (strict && first !== undefined && /^[A-Za-z_]\w*=/u.test(first) && /^\s*[A-Za-z_]\w*=/u.test(text))
    return {
      ok: false,
      operator: first.slice(0, first.indexOf("=") + 1),
      what: "a variable set for one command",
    };
  return { ok: true, words };
}

interface Found {
  readonly operator: string;
  readonly what: string;
}

function meaning(rest: string, word: string | null): Found | null {
  const tables = [OPERATORS, EXPANSIONS, PATTERNS, ...(word === null ? [HEADS] : [])];
  for (const table of tables) {
    for (const [pattern, what] of table) {
      const operator = pattern.exec(rest)?.[0];
      // a number belongs to a redirection only where it is a word of its own
      if (operator === undefined || (word !== null && /^\d/u.test(operator))) continue;
      return { operator: operator === "\n" ? "line break" : operator, what };
    }
  }
  return null;
}

type Quoted = { readonly text: string; readonly length: number } | Found;

/** null: no quote begins here. */
function quotedPart(rest: string, strict: boolean): Quoted | null {
  const [first] = rest;
  if (first === "\\" && rest.length > 1 && (strict || /^\\["'\s]/u.test(rest)))
    return { text: rest[1] ?? "", length: 2 };
  if (first === "'") {
    const end = rest.indexOf("'", 1);
    if (end !== -1) return { text: rest.slice(1, end), length: end + 1 };
    return strict ? { operator: "'", what: "a quote that is not closed" } : null;
  }
  return first === '"' ? doubleQuoted(rest, strict) : null;
}

function doubleQuoted(rest: string, strict: boolean): Quoted | null {
  let text = "";
  for (let at = 1; at < rest.length; at++) {
    const character = rest[at] ?? "";
    if (character === '"') return { text, length: at + 1 };
    if (character === "\\" && /[$`"\\\n]/u.test(rest[at + 1] ?? "")) {
      at++;
      text += rest[at] === "\n" ? "" : (rest[at] ?? "");
      continue;
    }
    for (const [pattern, what] of strict ? EXPANSIONS : []) {
      const operator = pattern.exec(rest.slice(at))?.[0];
      if (operator !== undefined) return { operator, what };
    }
    text += character;
  }
  return strict ? { operator: '"', what: "a quote that is not closed" } : null;
}
