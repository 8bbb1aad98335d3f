/** Command lines and names as a person may see them: one line, no control characters, no secrets. */

export const MASK = "***";

/** Longer arguments are cut before they are searched: a command line can have megabytes. */
const MOST_ARGUMENT_CHARACTERS = 2048;

/** An option's or variable's name that says its value is secret: `--db-password`, `API_KEY`, `authToken`. */
const SECRET_NAME =
  /passw(?:or)?d|passphrase|secret|credential|(?:api|access|private|encryption|signing|master|account)[-_.]?key|authorization|cookie|bearer|token$|(?:^|[-_.])(?:pass|auth|psk|jwt)$/i;

/** `name=value` and `name: value`, also inside a URL's query or a line of code; bounded, so that it is linear. */
const NAME_IS = /(?<![\w.-])(?<name>[\w.-]{1,64})["']?\s{0,4}[=:]\s{0,4}/g;
const VALUE = /"[^"]{0,2048}"|'[^']{0,2048}'|(?:Bearer |Basic )?[^\s&"';,]+/iy;

/** The whole value of a header that carries a secret, blanks included. */
const HEADER = /^(?<name>(?:proxy-)?authorization|cookie|set-cookie|x-[\w-]{0,32}(?:key|token|auth)):\s?.+$/i;

const URL_PASSWORD = /(?<start>\b[a-z][a-z0-9+.-]{0,32}:\/\/[^\s/?#:@]{0,256}:)[^\s/?#@]{1,1024}@/gi;

/** Keys that are known by their shape, whatever stands before them. */
const SHAPES = [
  /\b(?:sk|pk|rk)[-_](?:[a-z]{2,10}[-_]){0,3}[\w-]{16,}/gi,
  /\bgh[pousr]_\w{20,}/g,
  /\bgithub_pat_\w{20,}/g,
  /\bglpat-[\w-]{16,}/g,
  /\bnpm_\w{30,}/g,
  /\bhf_\w{20,}/g,
  /\bxox[a-z]-[\w-]{10,}/g,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bAIza[\w-]{30,}/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
] as const;

/** The same arguments with every secret that can be recognised replaced by `***`. */
export const maskSecrets = (argv: readonly string[]): string[] =>
  argv.map((argument, index) => maskArgument(cut(argument), argv[index - 1] ?? ""));

const maskArgument = (argument: string, before: string): string => {
  if (takesSecret(before) && !argument.startsWith("-")) return MASK;
  if (/^(?:-u|--user|--proxy-user)$/.test(before)) return argument.replace(/:.+/s, `:${MASK}`);
  return maskText(argument);
};

/** Without a value of its own (`--token x`, not `--token=x`). */
const takesSecret = (argument: string): boolean =>
  argument.startsWith("-") && !/[=:\s]/.test(argument) && SECRET_NAME.test(argument);

/** Free text, for instance an error message: URLs, `name=value` pairs and well-known keys. */
export const maskText = (text: string): string => {
  const header = HEADER.exec(text)?.groups?.["name"];
  if (header !== undefined) return `${header}: ${MASK}`;
  let masked = maskNamed(text.replace(URL_PASSWORD, `$<start>${MASK}@`));
  for (const shape of SHAPES) masked = masked.replace(shape, MASK);
  return masked;
};

/** A secret may stand inside another's value (a URL with a query): only secret names consume theirs. */
const maskNamed = (text: string): string => {
  let masked = "";
  let done = 0;
  for (const match of text.matchAll(NAME_IS)) {
    const start = match.index + match[0].length;
    if (start < done || !SECRET_NAME.test(match.groups?.["name"] ?? "")) continue;
    VALUE.lastIndex = start;
    const value = VALUE.exec(text);
    if (value === null) continue;
    masked += text.slice(done, start) + MASK;
    done = start + value[0].length;
  }
  return masked + text.slice(done);
};

const cut = (argument: string): string =>
  argument.length > MOST_ARGUMENT_CHARACTERS ? `${argument.slice(0, MOST_ARGUMENT_CHARACTERS)}…` : argument;

/**
 * Controls, separators of lines, what reorders text on a terminal, what takes no room there (fillers, selectors, tags),
 * half characters, and what nobody but one font or one vendor knows.
 */
export const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

const ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

const escaped = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xd800 && code <= 0xdfff) return "\ufffd";
  if (code > 0xffff) return `\\u{${code.toString(16)}}`;
  return ESCAPES[character] ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);
};
const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, "0");

/**
 * One printable line of at most `max` characters: controls become `\n`, `\x1b`, `\u202e`, half characters
 * U+FFFD, and what is cut off an ellipsis. For every name, path and argument that a process chose itself.
 */
export const printable = (text: string, max = 400): string => {
  // Escapes only lengthen: no more than `max` characters of the text can be needed.
  const line = text.slice(0, max + 1).replace(UNPRINTABLE, escaped);
  if (line.length <= max && text.length <= max) return line;
  const end = isHighSurrogate(line.charCodeAt(max - 2)) ? max - 2 : max - 1;
  return `${line.slice(0, end)}…`;
};

/** Colours and weight, as text/style.ts sets and ends them. */
// oxlint-disable-next-line no-control-regex -- an escape sequence begins with one
const COLOURS = /(\x1b\[(?:1|2|7|22|27|31|32|33|36|39)m)/;

/**
 * Whole lines for a terminal or a file: what is left of controls, and of what reorders text, becomes `\u001b`, which JSON
 * takes for the same. `coloured`: our own colours stay. Line breaks stay: a text that may have some of its own is made
 * `printable` where it is put in.
 */
export const printableLines = (text: string, coloured = false): string => {
  if (!coloured) return text.replace(UNPRINTABLE, asUnicode);
  return text
    .split(COLOURS)
    .map((part, at) => (at % 2 === 1 ? part : part.replace(UNPRINTABLE, asUnicode)))
    .join("");
};

/** By UTF-16 units, as JSON has it. */
const asUnicode = (character: string): string =>
  character === "\n" || character === "\t"
    ? character
    : character.replaceAll(/[^]/g, (unit) => `\\u${hex(unit.charCodeAt(0), 4)}`);

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;

/** The line that names a process everywhere: its arguments, masked, then made printable. */
export const commandLine = (argv: readonly string[], max = 400): string =>
  printable(maskSecrets(argv.slice(0, max)).join(" "), max);
